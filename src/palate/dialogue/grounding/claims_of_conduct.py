"""Claims about what somebody did: the shop for the person, the person with a thing, others for him; and when and from
what a thing came to be. Nothing of it follows from an item's attributes, so each needs the very words in the brief.
"""

import re

from palate.catalogue.lookup_words import words_of
from palate.dialogue.grounding.claims_of_record import named_by_person
from palate.dialogue.grounding.inquiry import Inquiry, Unsupported

_DEEDS = re.compile(
    r"\b(?:i|we|our\s+(?:team|staff))(?:'ve|'ll|'d|'m|'re|\s+(?:have|had|will|can|could|just|already|also|even|then|all|shall|are|am"
    r"|personally|would\s+gladly))*\s+(?:gift[\s-]?wrap\w*|wrap(?:ped|ping)?|order(?:ed|ing)?|reserv(?:e|ed|ing)|book(?:ed|ing)?"
    r"|send(?:ing)?|sent|e-?mail(?:ed|ing)?|mail(?:ed|ing)?|phone[d]?|notif(?:y|ied)|inform(?:ed)?|paid|charg(?:e|ed)|refund(?:ed)?"
    r"|donate[ds]?|test(?:ed)?|tasted|tried|shipp?(?:ed)?|deliver(?:ed)?|pack(?:ed)?|register(?:ed)?|subscribe[d]?|(?:set|put)\s+aside"
    r"|asked\s+(?:our|the)|told\s+(?:our|the|my)|add(?:ed)?\s+(?:it|them|this|that|one|both)?\s*to\s+your)\b"
    r"|\bi(?:'ve|\s+have|\s+personally|\s+once|\s+also)*\s+(?:watched|read|used|wore|own(?:ed)?|bought|saw|seen|played|visited|ate|cried)\b"
    r"|\bshall\s+i\s+(?:order|reserve|book|send|wrap|ship|add)\b"
    r"|(?:我|我们|这边|店员|客服)(?:已经?|可以|能|会|也|都|就|马上|现在|给您|帮您|替您|为您|给你|帮你|替你|这就|先|把[^，。；]{0,24})*(?:下单|下了单|预订"
    r"|预定|预留|保留|发货|寄出?|发(?:送)?(?:邮件|短信|消息)|通知|付款|支付|退款|捐|试用过|试过|包装|打包|登记|注册|加入?(?:到)?购物车)"
    r"|我(?:昨|刚|也|自己|去年|上次|曾)[^，。；]{0,6}(?:看过|读过|用过|买过|吃过|穿过|看了|用了)"
    r"|已经?(?:帮|替|为|给)(?:您|你)[^，。；]{0,6}(?:下单|预订|预定|预留|保留|付款|登记|加入)"
)
"""What no conversation does."""

_DID = re.compile(
    r"\byou(?:'ve|'d|\s+(?:have|had))?(?:\s+(?:already|just|also|once|recently|previously|really|both))*\s+(?:[a-z]+ed(?:\s+\w{2,5})?|said|told\s+me\w*"
    r"|chose|bought|saw|seen|read|have|had|own|got|took|went\s+\w+|kept|know|knew)(?:\s+(?:about|for|at|the|a))*\s*[\"“]?$"
    r"|(?:您|你)(?!可能|也许|会|一定|应该|可以|不妨|想|要)[^，。；：]{0,6}(?:过|了|要的是|要的就是|说的是|最爱|拥有)(?:的)?[「《“]?$"
)
"""Before a title: an act of the person with that very thing."""

_KIN = re.compile(
    r"\byour\s+(?:\w+\s+)?(?:friends?|family|wife|husband|mother|father|mom|mum|dad|partner|colleagues?|neighbou?rs?|kids?|children"
    r"|daughter|son|boss)\s+(?:also\s+|all\s+|already\s+|once\s+)*(?:likes?d?|loves?d?|enjoy(?:s|ed)?|recommend(?:s|ed)?|bought|buys?"
    r"|has|have|owns?|watched|read|uses?|chose|rated?|wants?|asked)\b"
    r"|(?:您|你)的?(?:朋友|家人|同事|邻居|妈妈|爸爸|孩子|爱人|老公|老婆|女朋友|男朋友|老板)们?(?:也|都|已经)*(?:喜欢|爱|买|看过|推荐|用过|用的|选了?|有|想要)"
    r"|\bmost\s+(?:people|customers|buyers|shoppers|readers|viewers|of\s+our)\b|\b(?:nine|eight|seven|\d+)\s+out\s+of\s+(?:ten|\d+)\b"
    r"|大多数人|多数人|很多人|不少人|人人都|人手一|十个.{0,4}有.个"
)
"""Others who like it, or have it."""

_NEWS = re.compile(
    r"\b(?:last|this)\s+(?:night|week|month|year|spring|summer|autumn|fall|winter|season)\b|\bbrand[\s-]new\b|\byesterday\b"
    r"|\bjust\s+(?:released|out|arrived|launched|in|came|published)\b|\b(?:newly|recently|freshly)\s+\w+ed\b"
    r"|\bnew\s+(?:arrival|release|in)\b|\bupcoming\b"
    r"|\b(?:based\s+on|inspired\s+by|adapted\s+from|true\s+stor(?:y|ies))\b|\b(?:sequel|prequel|trilogy|remake|spin-?off)s?\b"
    r"|\bpart\s+of\s+a\b|\b(?:second|third|first|new|latest|revised)\s+edition\b"
    r"|\b(?:'s|his|her|their)\s+(?:last|first|latest|final|debut|early|only|best|finest|greatest)\s+(?:work|film|movie|book|novel|role|album)s?\b"
    r"|(?<!list)(?<!shop)(?<!selection)'s\s+(?:only|sole|first|last|final|latest|debut)\s+\w+|\b(?:his|her)\s+(?:only|sole)\s+\w+"
    r"|(?<!your)(?<!my)(?:'s|\s(?:his|her|their))\s+(?:own\s+|personal\s+|all-time\s+)*favou?rites?\b"
    r"|(?<!'ll )(?<!will )(?<!to )\b(?:fall|falls|fell|falling)\s+(?:in\s+love|out|apart)\b"
    r"|\bgets?\s+(?:married|divorced|killed)\b"
    r"|\bends?\s+up\b|\bbreaks?\s+(?:up|out)\b|\bruns?\s+away\b|\b(?:comes?|came)\s+back\b"
    r"|(?:执导|导演|主演|编剧|生涯)的?(?:唯一|首部|第一部|最后一部)|相爱|坠入爱河|分手|最(?:喜欢|满意|得意)的(?:一部|作品|电影)"
    r"|\b(?:last|first|latest|final|debut|finest|best|greatest)\s+(?:work|film|movie|book|novel|role|album)s?\s+(?:of|by|from)\b"
    r"|\bonly\s+(?:work|film|movie|book|novel|album)\s+(?:of|by|from)\b|\b\w+est\b[^.]{0,20}\bever\b|\bever\s+made\b|\bin\s+the\s+world\b"
    r"|\b(?:of|in)\s+(?:his|her|their)\s+(?:career|life)\b|\b(?:of|in)\s+a\s+lifetime\b"
    r"|\bending\b|\bends?\s+(?:well|badly|happily|sadly)\b|\bleav(?:es?|ing)\s+(?:soon|us|our|the\s+shop)\b|\bin\s+colou?r\b|\bfair[\s-]?trade\b"
    r"|\byou(?:'ll|\s+will)\s+(?:never|always|soon\s+|really\s+)*(?:lose|gain|sleep|feel|win|earn|live|become|forget|laugh|cry)\b|减肥|瘦身"
    r"|\bfor\s+(?:your|the)\s+(?:heart|health|skin|hair|eyes|stomach|body|sleep)\b"
    r"|\bmorning\s+and\s+(?:evening|night)\b|\b(?:once|twice|\w+\s+times)\s+(?:a|per|each|every)\s+(?:day|week|month)\b"
    r"|\b(?:every|each)\s+(?:morning|night|evening|\w+\s+(?:hours|days|weeks|months))\b|早晚[都各用涂]|每[天日周晚早](?:都)?[用涂敷吃喝服]"
    r"|\b(?:first|second|third|last|final)\s+(?:day|night|week|morning|try|attempt)\b"
    r"|\bon\s+offer\b|\b(?:is|are|was|been|now|currently)\s+reduced\b|\breduced\s+(?:to|from|today|in\s+price)\b|\belsewhere\b"
    r"|\bnot\s+true\b|\bexclusiv\w+\b|\bhas\s+nothing\s+to\s+do\s+with\b"
    r"|世界上最|史上|有史以来|有益|养生|上周|上个?月|去年|今年|本周|昨天|新品|新款|刚(?:刚)?(?:出|上市|上架|发布)|即将"
    r"|改编|真人真事|真实(?:故事|事件)|续集|前传|三部曲|第[一二三两\d]版|修订版|处女作|代表作|遗作|成名作"
    r"|(?:婴儿|宝宝|新生儿|孩子|儿童|孕妇|老人|糖尿病人|过敏的?人)(?:也|都|同样)*(?:能|可以?|放心)(?:使?用|吃|喝|穿|戴)"
    r"|别处|独家|独有|专供|口碑|立减|直降|买[一二两三四五\d][送赠]"
)
"""When or from what it came, and what is offered with it."""


def conduct(q: Inquiry) -> None:
    """Raises Unsupported for an act that is not on record."""
    if deed := _DEEDS.search(q.plain):
        raise Unsupported(deed.group())
    for anchor in q.said.anchors:
        if anchor.kind not in ("title", "group", "number", "pronoun") or q.open(anchor.start):
            continue
        did = _DID.search(q.plain[max(0, anchor.start - 60) : anchor.start])
        if did and not named_by_person(q, anchor) and not _on_record(q, anchor.start, anchor.end):
            raise Unsupported(did.group())
    for pattern in (_KIN, _NEWS):
        for match in pattern.finditer(q.plain):
            start, end = match.span()
            folds = words_of(match.group()).folds
            if q.in_title(start, end, "title") or q.wished(folds) or q.facts.told.says(folds):
                continue
            if _flagged(q, start, match.group()):
                continue
            if pattern is _NEWS and q.open(start) and not q.said.things:
                continue
            if not q.holds(start, lambda thing, folds=folds: thing.text.says(folds)):
                raise Unsupported(match.group())


def _flagged(q: Inquiry, place: int, words: str) -> bool:
    """新品, where the catalogue has a yes-or-no "is new" and it is yes."""
    return words in ("新品", "新款", "new arrival") and q.holds(
        place, lambda thing: any(thing.flags.get(name) is True for name in ("is_new", "new"))
    )


_PRESUMES = re.compile(
    r"\b(?:lik|lov|know|knew|believ|see|saw|notic|imagin|realis|realiz|hear|mind|remember|surpris|impress|glad|happy|nice|great|good|mention|tell|told)\w*"
    r"\s+(?:you\s+)?(?:that\s+(?=(?:the|it|its|they|this|these|all|both|each|every|no|[a-z]+s?\s+(?:is|are|has|have|comes?|was))\b)|how\s+(?!about|many|much\s+(?:you|to)|long\s+you|to\b|you\b|i\b)|the\s+fact\b|all\s+(?:of\s+)?(?:these|those)\b)"
    r"|(?:知道|相信|想象|想到|发现|注意到|看出|听说)(?!您|你|要|想|哪|什么|怎么|多少)"
)
"""A question about what somebody makes of a fact, which is told with it: did you like that it has no fragrance?"""


def presumed(q: Inquiry) -> None:
    """Raises Unsupported for a question that takes something of the things shown for granted."""
    if not q.asking or (cue := _PRESUMES.search(q.plain)) is None:
        return
    tail = q.plain[cue.start() :]
    points = re.search(r"\b(?:it|its|they|their|this|that|these|those|one|both|all)\b|[它这那]", tail)
    if points or any(a.end > cue.start() for a in q.said.anchors):
        raise Unsupported(f"a question that tells: {cue.group()}")


def _on_record(q: Inquiry, start: int, end: int) -> bool:
    """Whether the words of a title stand in the reasons of a thing, or in what the templates tell of the person."""
    folds = words_of(q.said.text.plain[start:end]).folds
    return q.facts.told.says(folds) or any(thing.reasons.says(folds) for thing in q.facts.listing)
