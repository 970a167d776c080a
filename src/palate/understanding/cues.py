"""What the wording says about the speaker's intent, before anything is known of items and wishes: plain
patterns.
"""

import re
from dataclasses import dataclass

_PATTERNS: dict[str, str] = {
    "injection": (
        r"\b(?:ignore|disregard|bypass|override|forget)\b[^.;!?]{0,40}\b(?:instructions?|rules?"
        r"|prompts?|guidelines|programming|directives|constraints|previous|above|everything\s+you)\b"
        r"|\b(?:reveal|print|show|repeat|output|tell|give|dump|leak|display|what(?:'s|\s+is"
        r"|\s+are))\b[^.;!?]{0,40}\b(?:system\s+prompt|your\s+prompt|hidden\s+(?:instructions?|prompt"
        r"|rules)|instructions?\s+verbatim|system\s+message|password|api\s+key|secret|source\s+code"
        r"|credentials|database)\b"
        r"|\byou\s+are\s+now\b|\bact\s+as\b|\bpretend\s+(?:to\s+be|you)|\bjailbreak|\bdeveloper\s+mode"
        r"|\bsystem\s+prompt|\bdrop\s+table|\bdelete\s+from\b|\bselect\s+\*|\bunion\s+select"
        r"|\binsert\s+into\b|\bor\s+1\s*=\s*1|<\s*/?script|\bjavascript:|\bonerror\s*=|\bexec\s*\("
        r"|\bignore\s+(?:what|everything|anything|all)\b[^.;!?]{0,20}\b(?:told|said|instruct\w*|written)\b|\brm\s+-rf|<\|"
        r"|(?:忽略|无视|忘掉|忘记|不用管|绕过)[^。!?]{0,14}(?:指令|规则|提示|设定|命令|限制|要求)|系统提示|提示词|(?:密码|密钥|口令|源代码"
        r"|后台数据)[^。!?]{0,6}(?:告诉|给我|发|是)|(?:告诉|给|显示|输出|打印)[^。!?]{0,10}(?:密码|密钥|口令|提示词|系统指令|源代码)|你现在是"
        r"|扮演"
    ),
    "start_over": (
        r"\b(?:start|begin|starting)\s+(?:all\s+)?(?:over|again|afresh|anew|fresh|from\s+(?:scratch|zero"
        r"|the\s+(?:start|beginning)))|\bfrom\s+scratch\b|\breset\b|\brestart\b|\bclean\s+slate"
        r"|\bnew\s+search\b|\bwipe\b|\bclear\s+(?:everything|all|it\s+all|the\s+(?:search|filters|list"
        r"|conversation))|\bforget\s+(?:everything|all\s+(?:of\s+)?(?:that|this|it))\b"
        r"|\bscrap\s+(?:that|all|everything)|\bback\s+to\s+square\s+one"
        r"|重来|重新(?:开始|来|搜|找起|选起)|从头(?:开始|再?来)|清空|清除(?:所有|全部)|推倒重来|重置|全部忘掉|前面(?:说的)?(?:都)?不算|之前(?:说的)?(?:都)?不算"
    ),
    "greet": (
        r"^\W*(?:hi+|hello+|hey+|hiya|howdy|yo|greetings|good\s+(?:morning|afternoon|evening|day)"
        r"|g'day|what'?s\s+up|sup|morning|evening)(?:[\s,]+(?:there|again|all|everyone|folks|guys|palate|what'?s\s+up|sup"
        r"|bot|mate|friend))*\W*"
        r"(?:(?:good\s+(?:morning|afternoon|evening|day)|how\s+are\s+you(?:\s+(?:doing|today))*"
        r"|nice\s+to\s+meet\s+you|how's\s+it\s+going)\W*)*$"
        r"|^\W*(?:老板|店家|客服|掌柜的?|亲|小二|店主)?[,，]?(?:(?:你好|您好|哈喽|哈啰|嗨|嘿|hello|hi|早|早上好|上午好|中午好|下午好|晚上好|大家好|在吗|在不在|有人吗"
        r"|亲)[呀啊哈哇呢吗么,，。!?~\s]*)+(?:朋友|老板|客服|店家|亲)?\W*$"
    ),
    "thank": (
        r"\b(?:thanks?|thank\s+you|thx|ty|cheers|much\s+appreciated|appreciate\s+(?:it|that|your)"
        r"|many\s+thanks|grateful|you'?ve\s+been\s+(?:very\s+)?helpful|that\s+helps|much\s+obliged|ta(?=\s+(?:very|for|so|muchly|mate)\b|\W*$)"
        r"|that'?s\s+(?:all|everything|it)\s+for\s+(?:today|now|tonight|me))\b|够意思|谢谢|多谢|感谢|谢啦|谢了"
        r"|辛苦了|谢过|3q|太感谢"
    ),
    "explain": (
        r"\b(?:how|why)\b[^.;!]{0,40}\b(?:end(?:ed)?\s+up|land(?:ed)?|g[eo]t|ma[dk]e\s+it|came?)\s+(?:(?:in(?:to)?|on|up)\s+)?(?:here|there"
        r"|(?:this|the|my)\s+list)\b|\bwhat(?:'s|\s+is)\b[^.;!?]{0,40}\bdoing\s+(?:in\s+)?(?:t?here|on\s+(?:this|the|my)\s+list)\b"
        r"|\bhow\s+is\b[^.;!]{0,40}\bwhat\s+i\s+(?:asked|wanted|said)|凭[什啥]么?[^。!]{0,8}(?:上榜|入选|进|在|会)|[你您](?:怎么|咋)会?(?:知道|晓得|猜到|觉得|认为)|"
        r"^\W*(?:but\s+|and\s+|so\s+)?why\s+(?:the|this|that|these|those|number)\b|\b(?:why|how\s+come"
        r"|what\s+makes?\s+you|what\s+made\s+you|for\s+what\s+reason|on\s+what\s+basis"
        r"|how\s+did\s+you)\b[^.;!]{0,60}?\b(?:recommend\w*|suggest\w*|show\w*|pick\w*|choos\w*|chose"
        r"|choice|propos\w*|list\w*|think|this|that|these|those|it|one|number|first|second|third"
        r"|fourth|last|for\s+me|here)\b"
        r"|\b(?:explain|reason\s+for|reasoning\s+behind)\b[^.;!]{0,40}|(?:为什么|为啥|为何|凭什么|怎么会|咋|怎么就"
        r"|什么理由)[^。!]{0,16}(?:推荐|给我|选|挑|排|这|第|它|列)|推荐(?:的)?(?:理由|原因)"
        r"|^\W*(?:(?:but\s+)?why|how\s+come|为什么|为啥|为何)(?:呢|呀|啊)?\W*$|(?:理由|原因|依据)(?:是|呢)"
    ),
    "compare": (
        r"\bvs\.?(?!\w)|\bversus\b|\bcompar(?:e|ed|ison|ing)\b|\bdifferen(?:ce|t)s?\s+(?:between|from"
        r"|of)|\bhow\s+do(?:es)?\b[^.!]{0,60}\b(?:differ|compare|stack\s+up)|\bwhich\s+(?:one\s+"
        r"|of\s+\w+\s+(?:\w+\s+)?|\w+\s+)?(?:is|are|has|have|would|do|does|should|lasts?|looks?|fits?"
        r"|'s)\b|\bwhich\s+(?:one|is)\b|\b(?:better|best)\s*,|\b(?:or)\b[^.!]{0,60}\bwhich\b"
        r"|\b(?:is|are)\b[^.!?]{1,60}\bor\b[^.!?]{1,60}\b(?:better|worse|best)\b"
        r"|\bis\b[^.!?]{1,60}\b(?:better|\w+er|more\s+\w+|less\s+\w+)\s+than\b"
        r"|哪(?:一)?(?:个|款|部|本|张|件|双|台|只|条|家|种|支|盒|辆|块|顶|把)(?!.{0,6}(?:推荐|适合送))|区别|对比|比较一下|比一比|比比|比起来|差别"
        r"|不同(?:点|之处)|(?:更|还是).{1,12}(?:还是|更)|和.{1,24}比|跟.{1,24}比|相比|(?:还是).{1,24}(?:好|合适)|有(?:什么"
        r"|啥)不(?:同|一样)"
    ),
    "accept": (
        r"\b(?:i'?ll|i\s+will|i'?m\s+(?:going\s+to|gonna)|we'?ll|let\s+me|let'?s|gonna|i\s+want\s+to"
        r"|i'?d\s+like\s+to|can\s+i|could\s+i)\s+(?:just\s+|please\s+|definitely\s+)?(?:take|buy|get"
        r"|have|order|go\s+(?:with|for)|try|watch|grab|purchase|pick|choose|read|check\s+(?:it"
        r"|that)\s+out|add|give\s+(?:it|that))\b"
        r"|\b(?:sold|deal|done\s+deal|count\s+me\s+in)\b|\badd\s+(?:it|that|this|them|both"
        r"|the\b[^.;]{1,30}?)\s*(?:\b(?:to|in)\b|,|$)|\bto\s+(?:my\s+)?(?:cart|basket|bag)\b"
        r"|\bcheck\s*out\b|\bgo(?:ing)?\s+(?:with|for)\s+(?:the|number|option|it|that|this)"
        r"|\border\s+(?:it|that|this|the|number|me)|\bbuy\s+(?:me\s+)?(?:it|that|this|the|number)"
        r"|\bi'?m\s+(?:taking|buying|getting|going\s+(?:with|for))|\bi\s+(?:choose|pick|take)\s+"
        r"|\b(?:sounds?|looks?)\s+(?:good|great|perfect|lovely|fun)\b|\bthat\s+(?:one\s+)?(?:works"
        r"|will\s+do)|\bperfect\b|\bwrap\s+(?:it|that)\s+up|\bput(?:ting)?\s+(?:on|me\s+down)"
        r"|\bi'?ll\s+(?:do|go)\b|\bit\s+is\W*$|\bplace\s+(?:the|an|my)\s+order"
        r"|下单|听[你您]的|就(?:要|买|选|看|拿|来|订|定|《|它|这|那|他|第|最后|前面|后面|中间|你)|我(?:就)?(?:要了|买了|拿了|选了|定了)|(?<![不别])(?:要|买|选|来|拿"
        r"|订)(?:它|这个|那个|这款|那款|这部|这本|这双|这台|第.{1,3})(?!.{0,4}(?:多少|吗|怎))|加(?:入|到|进)?购物车|付款|结账|成交|买单"
        r"|帮我(?:买|订|拍|下)|拍(?:了|下)|可以.{0,3}就(?:这|它|第)|定了|(?<!不)要了|就决定"
    ),
    "reject": (
        r"\bnone\s+of\s+(?:these|those|them|the)\b|\b(?:don'?t|do\s+not|didn'?t)\s+(?:like|want|fancy"
        r"|love|need|care\s+for)\s+(?:any|either|these|those|them|what|all)\b|\bnot\s+(?:any"
        r"|one)\s+of\s+(?:these|those|them)|\bneither\s*(?:of\s+(?:these|those|them))?\s*[.!]*$"
        r"|\bneither\s+(?:is|are|one|works?|appeals?|looks?|suits?|really)\b|\b(?:these|those|they"
        r"|all\s+of\s+(?:these|them|those))\b[^.;]{0,12}\b(?:are(?:n'?t|\s+not)|don'?t|do\s+not|won'?t"
        r"|look|all)\b[^.;]{0,24}\b(?:right|good|interest\w*|work|do|appeal|for\s+me|my|it|what"
        r"|suit\w*|bad|terrible|awful|boring|rubbish)\b"
        r"|\b(?:nothing|no\s+one)\s+(?:here|there|appeals|of\s+interest|interests)|^\W*(?:no|nope|nah"
        r"|no\s+thanks?|no\s+thank\s+you|not\s+interested|pass|i'?ll\s+pass|hard\s+pass|not\s+for\s+me"
        r"|none|neither|no\s+good)\W*(?:thanks?|thank\s+you|sorry|really)?\W*$|\bnot\s+interested\b"
        r"|\b(?:seen|watched|read|own|have|got|tried)\s+(?:them\s+)?(?:all|both)\s*(?:of\s+(?:these"
        r"|those|them))?|\b(?:already\s+)?(?:seen|watched|read|own|have)\s+(?:all|every\s+one)\b"
        r"|\bhate\s+(?:them|all|these|those)|\bi\s+don'?t\s+like\s+(?:it|them)\W*$"
        r"|没(?:有)?一个|一个都(?:不|没)|一部都(?:不|没)|一款都(?:不|没)|全(?:都)?(?:不|没)(?:喜欢|要|行|想|好|合适|看上|对|感兴趣)|都(?:不"
        r"|没)(?:太|怎么|是很|是我)?(?:喜欢|要|想|行|好|合适|满意|中意|看上|感兴趣|感冒|需要|买|来电|考虑|适合|对胃口|对味)|都(?:看|买|读|用|有)过了"
        r"|拉倒吧?|没一[个部件款本台条双家](?!没)|[一哪][个部件款本台]都(?:不想|没兴趣)|都(?:看|买|读|用|吃)过|都看不上|都一般|都算了|没(?:有)?(?:什么|啥)?(?:喜欢|合适|满意|中意|看上|想要|感兴趣|想买|想看|看中|看得上)的|^\W*(?:不要|不用了?|不了|算了(?:吧)?|不行|不好|不喜欢|pass|不合适"
        r"|不感兴趣|没兴趣)\W*(?:谢谢|谢了|多谢)?\W*$|不感兴趣"
    ),
    "request": (
        r"\b(?:recommend|suggest|suggestions?|recommendations?|show\s+me|find(?:\s+me)?|looking\s+for"
        r"|lookin\s+for|search(?:ing)?\s+for|i\s+(?:want|need|wanna|am\s+after)|i'?m\s+after"
        r"|i'?d\s+(?:like|love|rather|prefer)|give\s+me|got\s+any\w*|do\s+you\s+(?:have|sell|carry"
        r"|stock)|have\s+you\s+got|any\s+(?:good|other|idea|more|\w+\s+(?:for|with|under|like|from|by"
        r"|that))|what(?:'s|\s+is|\s+are)\s+(?:an?|some|the)\s+(?:really\s+)?(?:good|best|decent|nice|great)|what\s+(?:should|would|can|could|do\s+you\s+(?:recommend|suggest|have))"
        r"|in\s+the\s+mood|can\s+you|could\s+you|help\s+me|anything|something|somethin|sth|gift\s+for"
        r"|present\s+for|in\s+search\s+of|please|need\s+(?:a|an|some)|what\s+else|is\s+there"
        r"|are\s+there|get\s+me|pick\s+me|buy\s+(?:a|an|some|my|for)|more\s+like)\b"
        r"|推荐|来(?:点|个|部|几|一|些|套|双|本|件|款|条)|想(?:要|买|找|看|给|送|入|换|淘|挑|学|读)|有没有(?!现?货|库存|保修|优惠)|有无|找(?:个|一|部|本|双|款|件|点|几|些"
        r"|条|台|找|下)?|求|给我|要(?:个|一|双|款|件|部|本|台|条|套|买|送|找)|帮我|帮忙|介绍|送(?:给)?|礼物|买(?:个|一|双|件|点|些|给|什么|台|部"
        r"|本|条|套)|看看|有(?:什么|啥|哪些|推荐)|需要|类似|还有(?:吗|没有|别的|其他)|换(?:个|一|成|些|点|批)|选(?:个|一)|我要|预算|有(?!现?货|库存|保修|优惠).{1,20}吗"
        r"|^要"
    ),
    "question": (
        r"\?|^\W*(?:so\s+|and\s+|but\s+|ok\s+|hey\s+)?(?:is|are|does|do|did|has|have|had|was|were|can"
        r"|could|will|would|what|what'?s|who|who'?s|whose|when|where|how|how'?s|which|why"
        r"|tell\s+me\s+(?:more\s+)?about|more\s+(?:info|about|details))\b"
        r"|吗|呢\W*$|么\W*$|没(?:有)?\W*$|多少|几(?:个|件|本|包|支|双|条|层|格|张|年|天|岁|克|寸|页|部|集|瓦|升|小时|分钟|号|时|点|片|块|人|码|米)|什么|啥|怎么样|咋样|如何|谁|哪|(?P<asked>[\u4e00-\u9fff])不(?P=asked)|是不是"
        r"|(?:看看|看下|看一下|说说|讲讲|介绍)[^,。!?]{0,10}[个款件条双台本只套]的[\u4e00-\u9fff]{2,4}\W*$"
        r"|能不能|有没有|可不可以|行不行|好不好|多(?:大|重|长|高|久|贵|厚|宽)|会不会"
    ),
    "feel_good": (
        r"\b(?:could(?:n'?t|\s+not)\s+put\b[^.;!?]{0,40}\bdown|loved?|loves|adored?|adores|enjoy(?:ed|s)?|liked|fan\s+of|favou?rites?|amazing"
        r"|prefer(?:red|s)?|a\s+classic|masterful|genius|a\s+gem|(?:would|'d|could)\s+(?:happily\s+)?(?:watch|read|buy|see)\b[^.!?]{0,40}\bagain\b|i\s+love\b|\blove\s+(?:it|this|that|them|my)\b|underrated|lovely|charming|delightful|superb|gripping|hilarious|touching|must[\s-]see|brilliant"
        r"|fantastic|excellent|awesome|wonderful|superb|masterpiece|great|terrific|blew\s+me\s+away"
        r"|best|obsessed|hooked|beautiful|incredible|outstanding|moved\s+me|cried|really\s+good"
        r"|so\s+good|works\s+(?:great|well|perfectly)|a\s+(?:hoot|keeper|riot|blast|winner|lifesaver|game[\s-]changer)|(?:in|me\s+in)\s+stitches|crack(?:ed|s)\s+(?:me|us)\s+up|ma(?:de|kes)\s+(?:me|us)\s+laugh|gorgeous|stunning|(?:is|was|were|such|so|really|great|good)\s+fun|(?:tore|raced|flew)\s+through|cry(?:ing)?\s+laughing|laughing|nicest|finest|loveliest|holy\s+grail|(?:can|could)(?:n'?t|not)\s+put\s+(?:it|this|that)\s+down|(?:never|doesn'?t)\s+get(?:s)?\s+old|chang(?:ed|es)\s+my\s+\w+|blew\s+my\s+mind|wrecked\s+me|goosebumps|spot\s+on|top[\s-]notch)\b"
        r"|(?<!不)(?<!不太)(?<!不怎么)(?<!不大)喜欢|(?<!不)爱看|好看|好用|好喝|好吃|好听|很棒|真棒|太棒|经典|满意|感动|最爱|超爱|不错|舒服|赞|精彩"
        r"|推荐给|很好|挺好|特别好|神作|百看不厌|过瘾|笑死|笑得|绝了|真香|爱了|封神|太美|太帅|帅炸|顺手|还行|泪目|好评|回购|好香|(?<!不)值得"
    ),
    "feel_bad": (
        r"\b(?:hated?|hates|dislik(?:e|ed|es)|loath(?:e|ed)|worst|terrible|awful|boring|bored\s+me"
        r"|disappoint\w*|overrated|rubbish|garbage|dreadful|horrible|sucks?|sucked|waste\s+of|broke"
        r"|broken|leak(?:ed|s|ing)|stopped\s+working|fell\s+apart|didn'?t\s+(?:like|enjoy|work|care)"
        r"|don'?t\s+(?:like|enjoy)|couldn'?t\s+(?:stand|finish|get\s+into)|can'?t\s+stand"
        r"|never\s+again|useless|poor\s+quality|returned\s+(?:it|them)|refund|cheaply\s+made"
        r"|fell\s+asleep|not\s+(?:a\s+fan|my\s+(?:thing|taste|cup)|impressed|good|great)"
        r"|wasn'?t\s+(?:good|great|for\s+me|my)|walked\s+out|ripped|scratched|(?:way|far|much)\s+too\s+\w+|was\s+too\s+\w+|regret|disaster|nightmare|let-?down|junk|lemon|meh|dull"
        r"|cringe\w*|ugh|yawn|snooze\s?fest|train\s?wreck|(?:put|sent)\s+\w+\s+(?:right\s+|straight\s+)?to\s+sleep|bored\s+(?:to\s+tears|stiff|silly)|wobbl\w+|over-?hyped|fell\s+to\s+(?:bits|pieces)|conked\s+out|packed\s+(?:it\s+)?(?:in|up)|gave\s+up\s+on|not\s+worth)\b"
        r"|太(?:甜|咸|长|慢|闷|吵|硬|薄|俗|假|水|尴尬|拖沓|无聊)|不喜欢|不太喜欢|不爱|讨厌|难看|无聊|失望|太差|很差|难用|不好|烂|垃圾|后悔|坏了|漏|睡着|看不下去|受不了|难吃|不好看|不好用|不怎么样|一般般|太烂|踩雷|退货"
        r"|掉色|起球|差评|不推荐|没意思|反感|劝退|智商税|鸡肋|打瞌睡|催眠|缩水|翻车|掉毛|太油"
    ),
    "like_this": (
        r"\b(?:something|anything|stuff|things?|movies?|films?|books?|ones?|more|much|just|similar"
        r"|kind\s+of|sort\s+of|looks?|feels?)?\s*(?:like|similar\s+to|along\s+the\s+lines\s+of"
        r"|in\s+the\s+(?:style|vein|spirit)\s+of|reminiscent\s+of|comparable\s+to|akin\s+to"
        r"|(?:such\s+)?as\s+good\s+as|close\s+to|same\s+as|alternatives?\s+to|reminds\s+me\s+of)\s"
        r"|像|类似|差不多|同类|风格|那样|那种|一样的|跟.{1,30}似的"
    ),
    "standing": (
        r"\bi\s+(?:never|always|don'?t\s+ever|only\s+ever)\b|\bi'?m\s+(?:allergic|vegan|vegetarian"
        r"|colou?r\s*blind|lactose|intolerant|diabetic)\b|\bi\s+am\s+(?:allergic|vegan|vegetarian"
        r"|diabetic)\b|\bas\s+a\s+(?:rule|vegan|vegetarian)\b|\ballergic\s+to\b|\bin\s+general\b"
        r"|\bi\s+can'?t\s+(?:eat|stand|have|drink|wear)\b"
        r"|\bi\s+only\s+(?:ever\s+)?(?:wear|buy|use|eat|drink|watch|read|take)\b|\bmy\s+(?:shoe\s+|dress\s+)?size\s+is\b"
        r"|\bi(?:'m|\s+am)\s+an?\s+size\b|\bi\s+(?:wear|take)\s+(?:an?\s+)?(?:size\b|[xsml]{1,3}\b|\d{2}\b)"
        r"|我(?:的)?(?:鞋码|尺码|码数)|我穿[^,。!?]{1,4}码|我是(?:素食|纯素|吃素|清真)"
        r"|从不|从来不|从来没|一直(?:都)?(?:不|只|喜欢|用|看)|过敏|吃素|素食|一向|向来|永远不|我(?:都|平时)?只(?:看|买|用|喝|穿|吃)|我不(?:吃|喝|穿)"
        r"|平时(?:都)?(?:不|只)|(?:以后|今后|往后|从今以后)(?:都|再|也)?(?:别|不要|少|不想?看|不买)|\bfrom\s+now\s+on\b"
    ),
    "withdraw": (
        r"\b(?:forget|drop|ignore|skip|remove|lose|scrap|scratch|cancel|never\s*mind|nevermind"
        r"|don'?t\s+(?:care|worry|bother)\s+(?:about|with)?)\s+(?:about\s+)?(?:the|my|that|any)\b"
        r"|\b(?:doesn'?t|does\s+not|no\s+longer|don'?t)\s+matters?\b|\bno\s+preference\b"
        r"|\bany\s+(?:\w+\s+){0,1}(?:is|are|will|works?)\b[^.;]{0,8}\b(?:fine|ok|okay|do)?"
        r"|\bdon'?t\s+care\s+(?:about|which|what)"
        r"|算了.{0,2}不(?:要|用|看|买)|不(?:限|挑)|(?:不|无)(?:重要|所谓)|(?:没有|取消|去掉|不用管|别管|不用考虑)(?:.{0,4})(?:要求|限制"
        r"|条件)|(?:取消|去掉|别管|不用管|不管|不在乎)|都(?:行|可以|无所谓)|随便|不(?:再)?要求"
    ),
    "another": (
        r"\b(?:she|he|they|my\s+(?!only|favou?rite|own)\w+|the\s+(?:kids?|baby|recipient))\s+(?:really\s+|just\s+|also\s+)?(?:is\s+allergic|are\s+allergic"
        r"|(?:doesn'?t|does\s+not|don'?t|won'?t|wouldn'?t|can'?t|didn'?t)\s+(?:really\s+)?(?:like|love|want|eat|drink|wear|watch|read|use|enjoy|care|have|stand)"
        r"|hates?|hated|dislikes?|never)\b"
        r"|(?:她|他|他们|她们|我(?:妈|爸|老婆|老公|媳妇|女朋友|男朋友|女友|男友|女儿|儿子|朋友|闺蜜|奶奶|爷爷|同事|老板|家人|家里人|姐|妹|哥|弟)[^,。!?\s我]{0,2}"
        r"|孩子|小孩|宝宝|老人|长辈|对方)[^,。!?我]{0,6}(?:不(?:太|怎么|大)?(?:喜欢|爱|吃|喝|看|用|穿|能)|讨厌|过敏|受不了)"
    ),
    "had": (
        r"\b(?:already|just)\s+(?:have|has|own|got|bought|seen|watched|read|ordered|purchased)\b(?!\s+to\b)"
        r"|\bi(?:'ve|\s+have)\s+(?:seen|watched|read|bought|got|owned)\b"
        r"|\b(?:have|own|got|seen|watched|read|bought)\s+(?:(?:it|that|this|them|those|these|both)|the\s+\w+(?:\s+\w+)?)\s+(?:already|before)\b"
        r"|已经(?:有|买|看|读|用|吃)|(?<!没)(?<!没有)(?:买|看|读|用|吃|玩)过(?!敏|期|滤)|(?<!要)(?<!就)(?<!想)买了(?!吧|啊?$)|看完了?"
    ),
    "unseen": (
        r"\b(?:not|never|n't|(?:have|has|did)nt)\s+(?:(?:yet|even|ever|actually|really)\s+)?(?:seen|see|read|watched|watch|tried|heard|got|used|played|owned|come|came)\b"
        r"|n't\s+(?:(?:yet|even|ever|actually|really)\s+)?(?:seen|read|watched|tried|heard|used|played|owned)\b"
        r"|没(?:有)?(?:看|读|用|听说|买|玩|接触)(?:过|完)|没听说"
    ),
    "more": r"\b(?:more|others?|another|else|different|next|rest)\b"
    r"|还有|其他|别的|换一批|换个|换一|再来|下一批|更多",
}
CUES = tuple(_PATTERNS)
_COMPILED = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _PATTERNS.items()}


@dataclass(frozen=True, slots=True)
class Cues:
    """Which patterns a text holds, and where each begins."""

    at: dict[str, tuple[int, int]]

    def __contains__(self, name: str) -> bool:
        return name in self.at


def find_cues(plain: str) -> Cues:
    """The cues of a text; the first place of each."""
    found: dict[str, tuple[int, int]] = {}
    for name, pattern in _COMPILED.items():
        match = pattern.search(plain)
        if match:
            found[name] = (match.start(), match.end())
    return Cues(found)


def feelings(plain: str) -> list[tuple[int, int, bool]]:
    """Every word of liking (True) or disliking (False) with its place, in order."""
    out = [(m.start(), m.end(), True) for m in _COMPILED["feel_good"].finditer(plain)]
    out += [(m.start(), m.end(), False) for m in _COMPILED["feel_bad"].finditer(plain)]
    return sorted(out)
