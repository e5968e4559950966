"""What the demo's bidders offer for each scored criterion, some in English and some in Urdu."""

from foundation.values.text import Text
from portal.demo.consulting_story import APPROACH, TEAM
from portal.demo.story import DELIVERY, QUALITY

_OFFERED = {
    QUALITY: (
        "All goods are new and of the makes named in our price list. Each piece is tested before "
        "it leaves the works, and whatever fails within two years we replace free of charge.",
        "تمام سامان نیا ہے اور ہر چیز روانگی سے پہلے جانچی جاتی ہے۔ دو سال کے اندر جو خراب ہو وہ "
        "ہم مفت بدلتے ہیں۔",
        "Goods of the quality asked for. Warranty of one year, by our own workshop.",
    ),
    DELIVERY: (
        "Delivery in three parts within eight weeks of the order. Our workshop in the district "
        "answers a call within two working days.",
        "آرڈر کے دس ہفتوں کے اندر ترسیل۔ ضلع میں ہماری اپنی ورکشاپ ہے جو شکایت پر تین دن میں "
        "پہنچتی ہے۔",
        "Delivery within twelve weeks. Service through a partner in the next district.",
    ),
    APPROACH: (
        "We begin with a survey of the whole area in the first month, agree the findings with the "
        "council's engineer, and hand in a draft before the last third of the time.",
        "پہلے مہینے میں پورے علاقے کا معائنہ، پھر کونسل کے انجینئر کے ساتھ نتائج پر اتفاق، اور "
        "آخر میں حتمی کام۔ ہر مرحلے کی رپورٹ تحریری ہوگی۔",
        "The work is done in the order of the price schedule, with a report at its end.",
    ),
    TEAM: (
        "A leader with eighteen years of such work, two engineers and four field staff, all of "
        "them in our employment for at least three years.",
        "سربراہ کو اس کام کا بارہ سال کا تجربہ ہے؛ ساتھ ایک انجینئر اور تین معاون ہیں، سب ہمارے "
        "مستقل ملازم۔",
        "A leader with six years of such work and staff that we engage for the task.",
    ),
}


def proposal(criterion: Text, bidder: int) -> str:
    """Return what the bidder of that number offers for the criterion of that title."""
    offered = _OFFERED[criterion]
    return offered[bidder % len(offered)]
