"""What people ask that no item answers: who speaks here, what it can do, and the shop's own affairs (delivery,
returns, payment), of which the catalogue says nothing.
"""

import re
from typing import Literal

Matter = Literal["self", "affairs"]

_MATTERS: tuple[tuple[Matter, re.Pattern[str]], ...] = (
    (
        "self",
        re.compile(
            r"\b(?:who|what)\s+(?:exactly\s+)?are\s+you\b|\bare\s+you\s+(?:\w+\s+){0,3}(?:real|human|person|robot|bot|ai|machine|alive)\b"
            r"|\b(?:talking|speaking|chatting)\s+(?:to|with)\s+(?:a\s+)?(?:\w+\s+)?(?:person|human|robot|bot|machine)\b"
            r"|\bis\s+(?:this|there)\s+a\s+(?:real\s+)?(?:person|human|bot|robot)\b|\byour\s+name\b"
            r"|你是(?:谁|什么|不?是?(?:真|机器|人工|智能|ai|客服|人(?!家)))|(?:真人|机器人|人工智能)[吗么?？]|你叫什么"
        ),
    ),
    (
        "affairs",
        re.compile(
            r"\b(?:ship|ships|shipping|deliver|delivers|delivery|refunds?|returns?|exchange|warrant(?:y|ies)|guarantee|discounts?"
            r"|coupons?|vouchers?|promo(?:tion)?s?|pay|payment|invoice|receipt|opening\s+hours|customer\s+service|phone\s+number"
            r"|order\s+status|my\s+order|track(?:ing)?)\b"
            r"|发货|配送|快递|运费|包邮|物流|退货|退换|退款|换货|保修|质保|售后|优惠|打折|折扣|满减|付款|支付|发票|客服|营业|门店|电话|订单"
        ),
    ),
)


def matter_of(plain: str) -> Matter | None:
    """What a text in small letters asks of the shop or of who speaks for it; None where it asks neither."""
    return next((matter for matter, cue in _MATTERS if cue.search(plain)), None)
