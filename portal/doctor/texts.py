"""What each finding says, and what to do about it; the catalogue has the Urdu."""

from collections.abc import Mapping

from foundation.values.refusal import N_
from portal.doctor.findings import Part, State

PARTS: Mapping[Part, str] = {
    Part.NAME: N_("Name"),
    Part.CERTIFICATE: N_("Certificate"),
    Part.DOOR: N_("Pages"),
    Part.WORKER: N_("Worker"),
    Part.DATABASE: N_("Database"),
    Part.CLOCK: N_("Clock"),
    Part.BEACON: N_("Beacon"),
    Part.DISK: N_("Disk"),
    Part.STORAGE: N_("Stored files"),
    Part.MAIL: N_("Mail"),
    Part.BACKUP: N_("Backup"),
    Part.SCANNER: N_("Virus scanner"),
}
STATES: Mapping[State, str] = {
    State.WELL: N_("Well"),
    State.CARE: N_("Needs care"),
    State.BAD: N_("Not well"),
}
# code: what is so, what to do ("" when nothing is to be done)
TEXTS: Mapping[str, tuple[str, str]] = {
    "scanner-practice": (N_("There is none: files of bids are not scanned for viruses."), ""),
    "scanner-none": (
        N_("There is none: files of bids are not scanned for viruses."),
        N_("Install clamav-daemon, set MUHR_CLAMD=unix:/run/clamav/clamd.ctl, then restart."),
    ),
    "scanner-silent": (
        N_("It does not answer at %(address)s; files of bids are not handed out meanwhile."),
        N_("Start it: systemctl restart clamav-daemon. Read: journalctl -u clamav-daemon."),
    ),
    "scanner-well": (N_("%(version)s scans files of bids after the opening."), ""),
    "scanner-old": (
        N_("%(version)s scans files of bids, but its signatures are %(days)s days old."),
        N_("Start their renewal: systemctl restart clamav-freshclam."),
    ),
    "scanner-no-signatures": (
        N_("%(version)s scans files of bids, but does not say how old its signatures are."),
        N_("Start their renewal: systemctl restart clamav-freshclam."),
    ),
    "name-own": (N_("Only this machine itself can open the pages."), ""),
    "name-not-public": (
        N_("Only this machine itself can open the pages."),
        N_("Set MUHR_PUBLIC_URL to the https address that people use, then restart."),
    ),
    "name-well": (N_("%(host)s leads to %(addresses)s."), ""),
    "name-unknown": (
        N_("Nobody can find %(host)s."),
        N_("Ask the provider of the name to point it at this machine (an A or AAAA record)."),
    ),
    "certificate-none": (N_("The own address of a machine needs no certificate."), ""),
    "certificate-well": (N_("Browsers accept it; it lasts %(days)s more days."), ""),
    "certificate-soon": (
        N_("Browsers accept it, but it ends in %(days)s days and was not renewed."),
        N_("Read the web server's log: journalctl -u caddy. Ports 80 and 443 must be open."),
    ),
    "certificate-refused": (
        N_("Browsers would refuse the certificate of %(host)s."),
        N_("Read the web server's log: journalctl -u caddy. Ports 80 and 443 must be open."),
    ),
    "certificate-unreachable": (
        N_("Nobody answers at https://%(host)s."),
        N_("Start the web server: systemctl start caddy. Ports 80 and 443 must be open."),
    ),
    "door-well": (N_("The pages answer; bids can be handed in."), ""),
    "door-silent": (
        N_("The pages gave no sign of life for %(minutes)s minutes."),
        N_("Start them: systemctl restart muhr-web. Read: journalctl -u muhr-web."),
    ),
    "door-never": (
        N_("The pages never gave a sign of life."),
        N_("Start them: systemctl restart muhr-web. Read: journalctl -u muhr-web."),
    ),
    "worker-well": (N_("It closes, opens, renders and sends."), ""),
    "worker-silent": (
        N_("No sign of life for %(minutes)s minutes: nothing closes, opens or is sent."),
        N_("Start it: systemctl restart muhr-work. Read: journalctl -u muhr-work."),
    ),
    "worker-never": (
        N_("It never gave a sign of life: nothing closes, opens or is sent."),
        N_("Start it: systemctl restart muhr-work. Read: journalctl -u muhr-work."),
    ),
    "database-file": (N_("It is a file in the data folder."), ""),
    "database-well": (
        N_("PostgreSQL %(release)s, %(size)s GB, %(used)s of %(most)s connections."),
        "",
    ),
    "database-replica": (
        N_("The server only follows another one: nothing can be recorded."),
        N_("Set DATABASE_URL to the server that takes writes, then restart."),
    ),
    "database-forgets": (
        N_("A power cut would lose what the server has confirmed."),
        N_("Set fsync and full_page_writes to on in postgresql.conf, then restart PostgreSQL."),
    ),
    "database-encoding": (
        N_("It keeps texts as %(encoding)s, which has no room for Urdu."),
        N_("Make a backup, make a database with the encoding UTF8, and restore into it."),
    ),
    "database-old": (
        N_("PostgreSQL %(release)s is older than what Muhr is tested with."),
        N_("Move to PostgreSQL 15 or newer."),
    ),
    "database-tool": (
        N_("No backup is possible: %(tool)s is missing here, or older than the server."),
        N_("Install the package postgresql-client of the server's release."),
    ),
    "database-crowded": (
        N_("%(used)s of %(most)s connections are in use."),
        N_("Raise max_connections in postgresql.conf, or run fewer processes."),
    ),
    "clock-well": (N_("It is right."), ""),
    "clock-free": (
        N_("Nothing keeps it in step."),
        N_("Start the time service: systemctl enable --now systemd-timesyncd."),
    ),
    "clock-jumped": (
        N_("It jumped. Bids are received, but nothing opens."),
        N_("Compare it with a clock you trust, set it right, then run: muhr clock confirm."),
    ),
    "clock-held": (
        N_("After this start of the machine it cannot be trusted yet. Nothing opens."),
        N_("Wait until it is in step, or set it right, then run: muhr clock confirm."),
    ),
    "clock-apart": (
        N_("This machine and the database are %(seconds)s seconds apart."),
        N_("Start the time service on both machines."),
    ),
    "beacon-well": (N_("Its newest round is fresh."), ""),
    "beacon-late": (
        N_("Its newest round is %(seconds)s seconds old."),
        N_("Read: journalctl -u muhr-beacon. Until it goes on, nothing opens."),
    ),
    "beacon-held": (
        N_("It waits until its clock is confirmed. Nothing opens."),
        N_("Compare the clock with one you trust, then run: muhr beacon confirm."),
    ),
    "beacon-silent": (
        N_("It does not answer at %(address)s. Nothing opens until it does."),
        N_("Own beacon: systemctl restart muhr-beacon. Outside beacon: check the network."),
    ),
    "beacon-other": (
        N_("What answers at %(address)s is not the beacon that is set."),
        N_("Check MUHR_BEACON_URL and MUHR_BEACON_CHAIN."),
    ),
    "beacon-own-as-other": (
        N_("A local beacon is set as if it were an outside one, so pages would claim too much."),
        N_("Leave MUHR_BEACON_CHAIN empty for this server's own beacon."),
    ),
    "beacon-former": (
        N_("Tenders not opened yet that wait for a beacon which no address serves: %(count)s."),
        N_("Start that beacon again, or write its address into MUHR_BEACON_URL after the first."),
    ),
    "holders-well": (
        N_("All %(holders)s holders of its key sign; %(threshold)s are needed."),
        "",
    ),
    "holders-missing": (
        N_(
            "Only %(signing)s of %(holders)s holders sign; %(threshold)s are needed. "
            "No part was seen of holder %(missing)s (%(hosts)s)."
        ),
        N_("Call that holder, and write every holder's address into MUHR_BEACON_URL."),
    ),
    "holders-lie": (
        N_(
            "Wrong answers come from %(hosts)s. %(signing)s of %(holders)s holders sign; "
            "%(threshold)s are needed. No part was seen of holder %(missing)s."
        ),
        N_("Call that holder: its share or address is wrong, or somebody else runs it."),
    ),
    "holders-too-few": (
        N_(
            "Only %(signing)s of %(holders)s holders sign, but %(threshold)s are needed: nothing "
            "opens. No part was seen of holder %(missing)s (%(hosts)s)."
        ),
        N_(
            "Call the missing holders. On their machines: systemctl restart muhr-beacon, and "
            "muhr beacon confirm where the clock was doubted."
        ),
    ),
    "disk-well": (N_("%(free)s GB are free (%(percent)s%%)."), ""),
    "disk-low": (
        N_("Only %(free)s GB are free (%(percent)s%%)."),
        N_("Carry old backups to another machine, or make the disk larger."),
    ),
    "disk-full": (
        N_("Only %(free)s GB are free (%(percent)s%%): bids may be refused for lack of room."),
        N_("Make room now: carry old backups to another machine, or make the disk larger."),
    ),
    "storage-files": (N_("Sealed bids and documents are kept in files here."), ""),
    "storage-unwritable": (
        N_("Sealed bids and documents cannot be written: no bid is received, nothing opens."),
        N_("Look at the disk, and at the owner of the folder blobs in the data folder."),
    ),
    "storage-bucket": (N_("Sealed bids and documents can be written to %(address)s."), ""),
    "storage-unreachable": (
        N_("The store %(address)s does not answer: no bid is received, nothing opens."),
        N_("Start it, or mend the network. MUHR_S3_ENDPOINT says where it is. Nothing is lost."),
    ),
    "storage-refused": (
        N_("The store %(address)s does not let us in: no bid is received, nothing opens."),
        N_(
            "Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, what this key may do there, and the "
            "clock of this machine."
        ),
    ),
    "storage-no-bucket": (
        N_("There is no bucket at %(address)s: no bid is received, nothing opens."),
        N_("Check MUHR_BLOBS, MUHR_S3_ENDPOINT and MUHR_S3_REGION. Do not make a new bucket."),
    ),
    "storage-replaces": (
        N_("The store %(address)s could replace one bid by another: it is not used."),
        N_("Use a store that keeps If-None-Match; see docs/storage.md."),
    ),
    "mail-well": (N_("The mail server answers and nothing waits."), ""),
    "mail-inbox": (N_("Messages stay in each account's inbox."), ""),
    "mail-none": (
        N_("No mail server is set: vendors cannot confirm a new account."),
        N_("Set MUHR_SMTP_URL and MUHR_MAIL_SENDER, then restart."),
    ),
    "mail-refused": (
        N_("The mail server %(host)s does not take mail from us."),
        N_("Check MUHR_SMTP_URL: name, port, user and password. Ask the mail provider."),
    ),
    "mail-waits": (
        N_("The mail server answers, but a message has waited for %(hours)s hours."),
        N_("Read: journalctl -u muhr-work. An address may be refused."),
    ),
    "mail-given-up": (
        N_("Messages that their address refused in the last week: %(number)s."),
        N_("Read: journalctl -u muhr-work. Ask these people for an address that takes mail."),
    ),
    "backup-well": (N_("The newest full backup is less than a day old."), ""),
    "backup-practice": (N_("Practice needs none."), ""),
    "backup-old": (
        N_("The newest full backup is %(hours)s hours old."),
        N_("Read: journalctl -u muhr-backup. By hand: muhr backup."),
    ),
    "backup-never": (
        N_("There is no backup."),
        N_("Make one now: muhr backup. Then carry it to another machine."),
    ),
    "backup-no-recipient": (
        N_("There is no backup, because no key is set to seal it to."),
        N_(
            "Make a key pair on another machine with age-keygen and set MUHR_BACKUP_RECIPIENT "
            "to the public half."
        ),
    ),
    "not-looked": (
        N_("Nobody has looked yet."),
        N_("The worker looks every minute. If this stays, start it."),
    ),
}
