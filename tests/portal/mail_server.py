"""A mail server for tests."""

import socket
import threading


class MailServer:
    """Speaks just enough SMTP to take messages, one connection after the other."""

    def __init__(self, refused: str = "nobody@", answer: str = "550 no such person") -> None:
        self.refused = refused.encode()
        self.answer = answer
        self.asked = 0  # how often something was refused
        self.refuses_text = False  # the address is taken then, and what is sent to it is not
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.taken: list[str] = []
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self.listening.accept()
            except OSError:
                return
            with line, line.makefile("rwb") as talk:
                self._talk(talk)

    def _talk(self, talk: object) -> None:
        say = lambda text: (talk.write(text + b"\r\n"), talk.flush())  # noqa: E731
        say(b"220 test")
        while command := talk.readline():
            word = command[:4].upper().strip()
            if word == b"DATA" and self.refuses_text:
                self.asked += 1
                say(self.answer.encode())
                continue
            if word == b"DATA":
                say(b"354 go on")
                lines = []
                while (row := talk.readline()) not in {b".\r\n", b""}:
                    lines.append(row)
                if not row:  # whoever was talking has died
                    return
                self.taken.append(b"".join(lines).decode())
            if word == b"RCPT" and self.refused in command and not self.refuses_text:
                self.asked += 1
                say(self.answer.encode())
                continue
            say(b"221 bye" if word == b"QUIT" else b"250 ok")
            if word == b"QUIT":
                return

    def stop(self) -> None:
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        self.thread.join(timeout=5)
