"""The facts of the demo's tenders with two envelopes and an opening committee."""

from decimal import Decimal

from foundation.values.text import Text
from portal.demo.story import PAPERS, DemoTender, item, percent, points

METHOD = "two-envelopes"
# By their keys in the story: the administrator, the approver, and the auditor of another office.
MEMBERS = ("administrator", "approver", "auditor")
THRESHOLD = 2

APPROACH = Text("Approach and work plan", "طریقۂ کار اور کام کا منصوبہ")
TEAM = Text("Qualifications of the team", "عملے کی قابلیت")

DRAINAGE = DemoTender(
    key="drainage",
    title=Text("Design of the storm drains of Noorpur", "نورپور کے برساتی نالوں کا ڈیزائن"),
    summary=Text(
        "Survey, detailed design and supervision of storm drains in five wards.",
        "پانچ وارڈوں میں برساتی نالوں کا سروے، تفصیلی ڈیزائن اور نگرانی۔",
    ),
    category="services",
    estimate=Decimal("8600000"),
    items=(
        item("Survey of the drains, with levels", "نالوں کا سروے، سطح سمیت", "42", "km", "38000"),
        item("Detailed design and drawings", "تفصیلی ڈیزائن اور نقشے", "1", "set", "4100000"),
        item("Supervision of the works", "کام کی نگرانی", "12", "month", "240000"),
    ),
    requirements=(PAPERS,),
    criteria=((APPROACH, Decimal(60)), (TEAM, Decimal(40))),
    pass_mark=Decimal(70),
    bids=percent(sutlej="97", margalla="104.5", indus="92", chenab="71"),
    scores=points(sutlej=(83, 80), margalla=(92, 94), indus=(74, 73), chenab=(61, 58)),
    method=METHOD,
)

WATER = DemoTender(
    key="water",
    title=Text("Tests of the drinking water", "پینے کے پانی کی جانچ"),
    summary=Text(
        "Monthly tests of the water at forty points of the town, for one year.",
        "ایک سال تک ہر ماہ شہر کے چالیس مقامات پر پانی کی جانچ۔",
    ),
    category="services",
    estimate=Decimal("2900000"),
    items=(item("Test of one sample", "ایک نمونے کی جانچ", "480", "sample", "5800"),),
    requirements=(PAPERS,),
    criteria=((APPROACH, Decimal(50)), (TEAM, Decimal(50))),
    pass_mark=Decimal(70),
    bids=percent(ravi="94", indus="99", chenab="83"),
    scores=points(ravi=(78, 75), indus=(88, 85), chenab=(66, 69)),
    method=METHOD,
)

SCHOOLS = DemoTender(
    key="schools",
    title=Text("Survey of school buildings", "سکولوں کی عمارتوں کا معائنہ"),
    summary=Text(
        "A survey of the roofs, walls and wiring of thirty schools, with an estimate for each.",
        "تیس سکولوں کی چھتوں، دیواروں اور بجلی کا معائنہ، ہر ایک کے تخمینے کے ساتھ۔",
    ),
    category="services",
    estimate=Decimal("2400000"),
    items=(
        item("School surveyed, with report", "سکول کا معائنہ، رپورٹ سمیت", "30", "piece", "65000"),
        item("Estimate of the repairs", "مرمت کا تخمینہ", "30", "piece", "14000"),
    ),
    requirements=(PAPERS,),
    criteria=((APPROACH, Decimal(60)), (TEAM, Decimal(40))),
    pass_mark=Decimal(70),
    bids=percent(indus="98", margalla="103"),
    method=METHOD,
)

ACCOUNTS = DemoTender(
    key="accounts",
    title=Text("Audit of the council's accounts", "کمیٹی کے کھاتوں کا آڈٹ"),
    summary=Text(
        "Audit of the accounts of three years, with a report in both languages.",
        "تین برسوں کے کھاتوں کا آڈٹ، دونوں زبانوں میں رپورٹ کے ساتھ۔",
    ),
    category="services",
    estimate=Decimal("1800000"),
    items=(item("Audit of one year", "ایک سال کا آڈٹ", "3", "year", "560000"),),
    requirements=(PAPERS,),
    criteria=((APPROACH, Decimal(50)), (TEAM, Decimal(50))),
    pass_mark=Decimal(70),
    bids=percent(ravi="101", margalla="96"),
    method=METHOD,
)

MAPS = DemoTender(
    key="maps",
    title=Text("Digital map of water connections", "پانی کے کنکشنوں کا ڈیجیٹل نقشہ"),
    summary=Text(
        "A map of all water connections of the town, with training for four clerks.",
        "شہر کے تمام پانی کے کنکشنوں کا نقشہ، چار کلرکوں کی تربیت کے ساتھ۔",
    ),
    category="services",
    estimate=Decimal("3200000"),
    items=(
        item("Connection, surveyed and mapped", "کنکشن کا سروے اور نقشہ", "6400", "piece", "450"),
        item("Training of one clerk", "ایک کلرک کی تربیت", "4", "person", "45000"),
    ),
    requirements=(PAPERS,),
    criteria=((APPROACH, Decimal(70)), (TEAM, Decimal(30))),
    pass_mark=Decimal(70),
    method=METHOD,
)
