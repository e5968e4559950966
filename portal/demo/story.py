"""The facts of the demo: an invented council, its people, firms, tenders and bids."""

from dataclasses import dataclass, field
from decimal import Decimal

from accounts.domain.roles import Role
from foundation.values.text import Text


@dataclass(frozen=True)
class DemoPerson:
    """Someone with a practice account; ``key`` names the person in this story."""

    key: str
    name: Text
    email: str
    roles: tuple[Role, ...]


@dataclass(frozen=True)
class DemoFirm:
    """A vendor and the person who bids for it."""

    key: str
    name: Text
    city: str
    tax_number: str
    phone: str
    person: DemoPerson


@dataclass(frozen=True)
class DemoItem:
    """A line of a price schedule and what it usually costs."""

    description: Text
    quantity: Decimal
    unit: str
    usual_price: Decimal


@dataclass(frozen=True)
class DemoTender:
    """What is bought, on what conditions, and how the firms' bids differ.

    ``bids`` maps a firm's key to its prices in percent of the usual ones; ``scores`` maps it to
    the points each evaluator gives, the same for every criterion; ``failed`` names firms whose
    papers do not meet the first requirement; ``method`` is the rule book's usual one if empty.
    """

    key: str
    title: Text
    summary: Text
    category: str
    estimate: Decimal
    items: tuple[DemoItem, ...]
    requirements: tuple[Text, ...] = ()
    criteria: tuple[tuple[Text, Decimal], ...] = ()
    pass_mark: Decimal | None = None
    bids: dict[str, Decimal] = field(default_factory=dict)
    scores: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    failed: tuple[str, ...] = ()
    method: str = ""


def item(en: str, ur: str, quantity: str, unit: str, price: str) -> DemoItem:
    """Return a line of a price schedule."""
    return DemoItem(Text(en, ur), Decimal(quantity), unit, Decimal(price))


def percent(**prices: str) -> dict[str, Decimal]:
    """Return the firms' prices in percent of the usual ones."""
    return {firm: Decimal(price) for firm, price in prices.items()}


def points(**given: tuple[int, int]) -> dict[str, tuple[Decimal, Decimal]]:
    """Return the points that each of two evaluators gives the firms."""
    return {firm: (Decimal(one), Decimal(two)) for firm, (one, two) in given.items()}


COUNCIL = Text("Town Committee Noorpur", "ٹاؤن کمیٹی نورپور")
COUNCIL_SHORT = "NTC"
COUNCIL_CITY = "Noorpur"
COUNCIL_PHONE = "042-3555 0142"
OVERSIGHT = Text("District Audit Office", "ضلعی آڈٹ دفتر")

PEOPLE = (
    DemoPerson(
        "administrator",
        Text("Nadia Aslam", "نادیہ اسلم"),
        "nadia@noorpur.example",
        (Role.ADMINISTRATOR,),
    ),
    DemoPerson(
        "officer", Text("Imran Qureshi", "عمران قریشی"), "imran@noorpur.example", (Role.OFFICER,)
    ),
    DemoPerson(
        "approver", Text("Samina Rauf", "ثمینہ رؤف"), "samina@noorpur.example", (Role.APPROVER,)
    ),
    DemoPerson(
        "evaluator-1",
        Text("Bilal Hashmi", "بلال ہاشمی"),
        "bilal@noorpur.example",
        (Role.EVALUATOR,),
    ),
    DemoPerson(
        "evaluator-2",
        Text("Rukhsana Bibi", "رخسانہ بی بی"),
        "rukhsana@noorpur.example",
        (Role.EVALUATOR,),
    ),
)
AUDITOR = DemoPerson(
    "auditor", Text("Tariq Mehmood", "طارق محمود"), "tariq@audit.example", (Role.AUDITOR,)
)


def _firm(key: str, name: Text, city: str, tax_number: str, phone: str, person: Text) -> DemoFirm:
    account = DemoPerson(key, person, f"{key}@firms.example", (Role.VENDOR,))
    return DemoFirm(key, name, city, tax_number, phone, account)


FIRMS = (
    _firm("ravi", Text("Ravi Traders", "راوی ٹریڈرز"), "Lahore", "3520112-7", "0301-5550101",
          Text("Usman Ghani", "عثمان غنی")),
    _firm("sutlej", Text("Sutlej Works", "ستلج ورکس"), "Bahawalpur", "3120455-1", "0302-5550102",
          Text("Farah Naz", "فرح ناز")),
    _firm("margalla", Text("Margalla Supplies", "مارگلہ سپلائیز"), "Islamabad", "6110198-4",
          "0303-5550103", Text("Hamza Sheikh", "حمزہ شیخ")),
    _firm("indus", Text("Indus Brothers", "انڈس برادرز"), "Sukkur", "4550167-9", "0304-5550104",
          Text("Asghar Ali", "اصغر علی")),
    _firm("chenab", Text("Chenab Enterprises", "چناب انٹرپرائزز"), "Gujrat", "3420133-2",
          "0305-5550105", Text("Mehwish Khan", "مہوش خان")),
    _firm("newcomer", Text("Your Practice Firm", "آپ کی مشقی فرم"), "Noorpur", "3410000-0",
          "0306-5550106", Text("New Vendor", "نیا وینڈر")),
)  # fmt: skip

PAPERS = Text(
    "Certificate of registration with the tax authority, valid on the deadline",
    "ٹیکس اتھارٹی میں اندراج کا سرٹیفکیٹ جو آخری وقت پر کارآمد ہو",
)
_EXPERIENCE = Text(
    "At least two similar contracts completed in the last five years",
    "گزشتہ پانچ برس میں کم از کم دو ملتے جلتے ٹھیکے مکمل کیے ہوں",
)
QUALITY = Text("Quality of the goods offered", "پیش کردہ سامان کا معیار")
DELIVERY = Text("Delivery and after-sales service", "ترسیل اور بعد از فروخت خدمت")

FURNITURE = DemoTender(
    key="furniture",
    title=Text(
        "School furniture for 12 primary schools", "12 پرائمری اسکولوں کے لیے فرنیچر"
    ),
    summary=Text(
        "Desks, chairs and cupboards, delivered to twelve schools and set up in the classrooms.",
        "میز، کرسیاں اور الماریاں، بارہ اسکولوں تک پہنچانا اور کلاس روموں میں لگانا۔",
    ),
    category="goods",
    estimate=Decimal("4800000"),
    items=(
        item("Two-seat desk, steel frame, wooden top",
              "دو نشستوں والا ڈیسک، لوہے کا فریم، لکڑی کا تختہ",
              "360", "piece", "8500"),
        item("Teacher's table with drawer",
              "دراز والی استاد کی میز", "48", "piece", "14000"),
        item("Steel cupboard, four shelves",
              "لوہے کی الماری، چار خانے", "36", "piece", "26500"),
    ),
    requirements=(PAPERS, _EXPERIENCE),
    criteria=((QUALITY, Decimal(60)), (DELIVERY, Decimal(40))),
    pass_mark=Decimal(70),
    bids=percent(ravi="97", sutlej="101.5", margalla="94.2", indus="99", chenab="92.8"),
)  # fmt: skip

LIGHTS = DemoTender(
    key="lights",
    title=Text("Street lights for Ward 4", "وارڈ 4 کے لیے اسٹریٹ لائٹس"),
    summary=Text(
        "Replacement of 140 street lamps by LED lamps, including brackets and wiring.",
        "140 اسٹریٹ لیمپوں کی جگہ ایل ای ڈی لیمپ، بریکٹ اور تاروں سمیت۔",
    ),
    category="works",
    estimate=Decimal("2450000"),
    items=(
        item("LED street lamp, 60 W, with bracket",
              "ایل ای ڈی اسٹریٹ لیمپ، 60 واٹ، بریکٹ سمیت",
              "140", "piece", "12800"),
        item("Copper cable, 2 × 2.5 mm²",
              "تانبے کی تار، 2 × 2.5 مربع ملی میٹر", "2200", "metre", "240"),
    ),
)  # fmt: skip

UNIFORMS = DemoTender(
    key="uniforms",
    title=Text("Uniforms and boots for sanitation staff", "صفائی کے عملے کے لیے وردیاں اور جوتے"),
    summary=Text(
        "Summer and winter uniforms, boots and gloves for 85 members of staff.",
        "عملے کے 85 ارکان کے لیے گرمی اور سردی کی وردیاں، جوتے اور دستانے۔",
    ),
    category="goods",
    estimate=Decimal("1350000"),
    items=(
        item("Uniform, two pieces, cotton", "دو ٹکڑوں کی سوتی وردی", "170", "set", "4200"),
        item("Safety boots, pair", "حفاظتی جوتے، جوڑا", "85", "pair", "5600"),
        item("Work gloves, pair", "کام کے دستانے، جوڑا", "340", "pair", "450"),
    ),
    requirements=(PAPERS,),
)

PUMPS = DemoTender(
    key="pumps",
    title=Text("Solar pumps for the water supply scheme", "واٹر سپلائی اسکیم کے لیے شمسی پمپ"),
    summary=Text(
        "Solar pumping sets with panels and controllers, installed and tested on site.",
        "پینل اور کنٹرولر سمیت شمسی پمپ، ٹیوب ویلوں پر تنصیب اور جانچ کے ساتھ۔",
    ),
    category="works",
    estimate=Decimal("18750000"),
    items=(
        item("Solar pumping set, 15 kW", "شمسی پمپ سیٹ، 15 کلو واٹ", "6", "set", "2350000"),
        item("Panel stand, galvanised", "پینل کا اسٹینڈ، جستی", "6", "set", "310000"),
        item("Installation and test run", "تنصیب اور آزمائشی چلانا", "6", "site", "175000"),
    ),
    requirements=(PAPERS, _EXPERIENCE),
    criteria=((QUALITY, Decimal(70)), (DELIVERY, Decimal(30))),
    pass_mark=Decimal(65),
)

TROLLEYS = DemoTender(
    key="trolleys",
    title=Text("Tractor trolleys for solid waste", "کوڑا اٹھانے کے لیے ٹریکٹر ٹرالیاں"),
    summary=Text(
        "Four hydraulic trolleys for the collection of solid waste.",
        "ٹھوس کوڑا اکٹھا کرنے کے لیے چار ہائیڈرالک ٹرالیاں۔",
    ),
    category="goods",
    estimate=Decimal("5200000"),
    items=(
        item("Hydraulic tipping trolley, 5 tonnes",
              "ہائیڈرالک ٹرالی، 5 ٹن", "4", "piece", "1240000"),
    ),
    requirements=(PAPERS, _EXPERIENCE),
    criteria=((QUALITY, Decimal(60)), (DELIVERY, Decimal(40))),
    pass_mark=Decimal(70),
    bids=percent(ravi="98", sutlej="103", indus="96.5"),
    scores=points(ravi=(82, 78), sutlej=(88, 90), indus=(74, 76)),
)  # fmt: skip

TANKS = DemoTender(
    key="tanks",
    title=Text("Cleaning of overhead water tanks", "پانی کی بلند ٹینکیوں کی صفائی"),
    summary=Text(
        "Cleaning and disinfection of nine overhead tanks, twice a year.",
        "نو بلند ٹینکیوں کی صفائی اور جراثیم کشی، سال میں دو بار۔",
    ),
    category="services",
    estimate=Decimal("900000"),
    items=(
        item("Cleaning and disinfection of one tank",
              "ایک ٹینکی کی صفائی اور جراثیم کشی",
              "18", "tank", "47500"),
    ),
    requirements=(PAPERS,),
    bids=percent(margalla="95", chenab="91", sutlej="99.4"),
    failed=("chenab",),
)  # fmt: skip

HANDPUMPS = DemoTender(
    key="handpumps",
    title=Text("Repair of 60 hand pumps", "60 دستی پمپوں کی مرمت"),
    summary=Text(
        "Repair of hand pumps in eleven villages, with new washers, rods and handles.",
        "گیارہ دیہات میں دستی پمپوں کی مرمت، نئے واشر، راڈ اور ہینڈل سمیت۔",
    ),
    category="works",
    estimate=Decimal("1500000"),
    items=(
        item("Repair of one hand pump, with parts",
              "ایک دستی پمپ کی مرمت، پرزوں سمیت",
              "60", "pump", "21500"),
        item("Concrete platform, repaired",
              "کنکریٹ کے چبوترے کی مرمت", "25", "piece", "6400"),
    ),
    requirements=(PAPERS, _EXPERIENCE),
    criteria=((QUALITY, Decimal(60)), (DELIVERY, Decimal(40))),
    pass_mark=Decimal(60),
    bids=percent(ravi="102", indus="93.6", margalla="97.3", chenab="88"),
    scores=points(ravi=(85, 81), indus=(77, 80), margalla=(90, 86), chenab=(52, 48)),
)  # fmt: skip

GENERATOR = DemoTender(
    key="generator",
    title=Text("Diesel generator for the town hall", "ٹاؤن ہال کے لیے ڈیزل جنریٹر"),
    summary=Text(
        "One 50 kVA generator with canopy, delivered and connected.",
        "کینوپی سمیت 50 کے وی اے کا ایک جنریٹر، ترسیل اور کنکشن کے ساتھ۔",
    ),
    category="goods",
    estimate=Decimal("3100000"),
    items=(
        item("Generator, 50 kVA, with canopy",
              "جنریٹر، 50 کے وی اے، کینوپی سمیت",
              "1", "piece", "2950000"),
    ),
    requirements=(PAPERS,),
)  # fmt: skip

BENCHES = DemoTender(
    key="benches",
    title=Text("Benches for the town park", "ٹاؤن پارک کے لیے بنچیں"),
    summary=Text(
        "Forty concrete benches, delivered and set up along the paths of the park.",
        "کنکریٹ کی چالیس بنچیں، پارک کے راستوں کے ساتھ پہنچانا اور لگانا۔",
    ),
    category="goods",
    estimate=Decimal("640000"),
    items=(
        item("Concrete bench, three seats",
              "کنکریٹ کی بنچ، تین نشستیں", "40", "piece", "15500"),
    ),
    requirements=(PAPERS,),
)  # fmt: skip
BENCHES_CANCELLED = Text(
    "The park is closed for a new drain until next year, so the benches are not needed now.",
    "نئے نالے کے لیے پارک اگلے سال تک بند ہے، اس لیے بنچوں کی ابھی ضرورت نہیں۔",
)
PUMPS_CORRECTED = Text(
    "Seven wells need a pump, not six. Bidders get seven more days.",
    "پمپ چھ نہیں سات کنوؤں کے لیے درکار ہیں۔ بولی دہندگان کو مزید سات دن دیے جاتے ہیں۔",
)
QUESTION = Text(
    "Does the price include the foundations of the panel stands?",
    "کیا قیمت میں پینل کے اسٹینڈ کی بنیادیں بھی شامل ہیں؟",
)
ANSWER = Text(
    "Yes. Item 2 includes foundations and anchor bolts.",
    "جی ہاں۔ مد 2 میں بنیادیں اور اینکر بولٹ شامل ہیں۔",
)
UNANSWERED = "کیا ایک سے زیادہ کارخانوں کے پمپ ملا کر دیے جا سکتے ہیں؟"
