"""What people ask that no item answers: who speaks here, what it can do, what there is at all, and the shop's own
affairs (delivery, returns, payment), of which the catalogue says nothing.
"""

import re
from typing import Literal

from palate.catalogue.catalogue import Catalogue
from palate.catalogue.lookup import Lookup
from palate.ranking.wording import is_chinese, join
from palate.values import Evidence, ReplyPart, Understanding

Matter = Literal["self", "affairs", "range"]
_KINDS_TOLD = 8

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
    (
        "range",
        re.compile(
            r"\bwhat\s+(?:(?:all|else|exactly)\s+)?(?:do|can|does)\s+(?:you|u|this\s+(?:shop|store|place|site))\s+(?:guys\s+|all\s+|actually\s+)?"
            r"(?:sell|have|offer|stock|carry|got)(?:\s+(?:here|in\s+(?:the\s+)?(?:store|shop|stock|catalog(?:ue)?)))?\W*$"
            r"|\bwhat\s+(?:kinds?|sorts?|types?)\s+of\s+(?:things?|stuff|products?|items?|goods|films?|movies?|videos?|books?)"
            r"\s+(?:do\s+you|can\s+(?:you|i)|are\s+(?:there|here)|is\s+there)\b|\bwhat\s+(?:categories|genres|departments)\b"
            r"|(?:你们?(?:这里|这儿|家|店里?)?|这里|这儿|店里|这个?店)(?:都|主要|一般|到底)*[卖有](?:些|点)?(?:什么|啥|哪些|些什么)"
            r"(?:东西|商品|货|产品|种类|类型|类目|电影|片子|视频|书)?[呀啊呢的]?\W*$|有(?:些什么|哪些|什么|几种|几类)(?:种类|类型|类别|品类|类目)"
        ),
    ),
)


def matter_of(plain: str) -> Matter | None:
    """What a text in small letters asks of the shop or of who speaks for it; None where it asks neither."""
    return next((matter for matter, cue in _MATTERS if cue.search(plain)), None)


def asks_for_range(said: Understanding, plain: str) -> bool:
    """Whether all that is asked is what there is in this shop, with no wish beside it."""
    wished = said.constraints or said.mentions or said.references
    return not wished and matter_of(plain) == "range"


def range_of(catalogue: Catalogue, lookup: Lookup, language: str) -> ReplyPart:
    """What there is, by the kinds of which there are most; by mere number where items have no kinds."""
    kinds = [
        catalogue.value_label("categories", kind, language)
        for kind in lookup.common_values("categories", _KINDS_TOLD)
    ]
    chinese = is_chinese(language)
    if not kinds:
        text = (
            f"这里一共有{lookup.count}件，说说想要什么、送给谁、预算多少都可以。"
            if chinese
            else f"There are {lookup.count:,} things here: say what you would like, for whom, or what it may cost. "
        )
        return ReplyPart(text)
    text = (
        f"这里一共有{lookup.count}件，比如：{'、'.join(kinds)}。想看哪一类？"
        if chinese
        else f"There are {lookup.count:,} things here, such as: {join(kinds, language, 'and')}. Which shall I show? "
    )
    return ReplyPart(text, (Evidence("field", "categories"),))
