"""Words that carry grammar, not content, from ``data/stopwords.toml``."""

<<<<<<< HEAD
ENGLISH = frozenset(
    """
    a an the this that these those some any all each every another other others such same
    i me my mine we us our ours you your yours he him his she her hers it its they them their one ones someone anyone everyone something anything
    nothing everything thing things stuff kind kinds sort sorts type types way bit lot lots couple few several many much more most less least
    enough little pair set piece item items option options product products choice choices
    am is are was were be been being do does did done doing don doesn didn isn aren wasn weren won wouldn couldn shouldn can cannot could will would shall
    should may might must have has had having get gets got getting let lets make makes made go goes going gone come comes came take takes took ve re ll im ive id
    want wants wanted wanna need needs needed like likes liked love loved loves prefer preferred preferably ideally maybe perhaps please pls plz hope wish try trying
    look looking lookin search searching find finding show showing give giving recommend recommends recommended recommendation recommendations suggest suggestion
    suggestions suggested tell see seen saw watch watched watching read bought buy buying purchase purchased order ordered shop shopping sell selling
    and or but nor so yet if then than as because while when where what which who whom whose why how there here
    not no none neither without except excluding besides instead rather only just also too very really quite pretty so even still already again ever never always
    of in on at by for from to into onto with about over under above below between through up down out off around near within per via during before after since
    until till against among along across toward towards
    good great nice best better well fine ok okay alright sure yes yeah yep nope cool awesome perfect favourite favorite interesting decent
    hi hello hey thanks thank bye morning evening afternoon
    s t m d o ll sth smth etc eg ie vs versus
    film films movie movies flick flicks picture
    cost costs costing price prices priced budget dollar dollars buck bucks yuan rmb usd cny euro euros cheap cheaper expensive pricey
    today tonight now later soon right first second third fourth fifth last next
    actually honestly basically anyway though although however else probably hmm oh um uh
    matter matters care mind mood idea ideas help fan style similar alike different
    """.split()
)

CHINESE = frozenset(
    """
    的 了 着 过 得 地 之 吗 呢 吧 啊 呀 哦 嗯 哈 嘛 啦 哇 呗 么 咯 哟 噢 喔
    我 你 您 他 她 它 我们 你们 他们 她们 咱 咱们 自己 大家 人家 别人 某 俺
    这 那 哪 这个 那个 哪个 这些 那些 哪些 这种 那种 这样 那样 什么 啥 谁 怎么 怎样 怎么样 如何 多少 几 哪里 哪儿 这里 那里 为什么 为啥
    是 有 没 没有 无 不 别 不要 不用 不是 不想 不能 不会 不太 不大 非 未 勿
    要 想 想要 需要 想买 想找 想看 打算 希望 愿意 可以 能 能够 会 应该 得 必须 一定 务必 最好 尽量 可能 也许 大概 差不多 左右 以内 以上 以下 之内
    给 帮 帮我 让 把 被 对 对于 关于 跟 和 与 及 或 或者 还是 还有 以及 而 而且 但 但是 不过 可是 只是 因为 所以 如果 的话 就 就是 都 也 还 再 又 才 只 只要 更 最 很 太 挺
    非常 比较 特别 有点 有些 稍微 一点 一些 一下 点 些 儿 真 好 好的 行 可 不错 从 到 在 于 以 为 为了 由 按 像 如 类似 似的 一样 那样 除了 除 以外 之外 外
    买 卖 找 看 看看 来 去 推荐 介绍 建议 选 选择 挑 换 换成 换个 拿 送 用 使用 适合 合适 求 请 请问 麻烦 谢谢 多谢 帮忙 说 讲 问 知道 觉得 感觉 认为 喜欢 爱 讨厌 不喜欢 看过
    有没有 有无 能不能 可不可以 是不是 要不要 想不想
    一 二 两 三 四 五 六 七 八 九 十 百 千 万 半 零 第 第一 第二 第三 第一个 第二个 第三个
    个 部 款 件 只 条 双 套 本 台 张 块 支 把 种 类 份 盒 瓶 包 对 副 间 位 次 遍 批 堆 元 块钱 钱 人民币 美元 美金
    东西 商品 产品 宝贝 货 物品 片子 电影 影片 片 剧
    价格 价钱 价位 预算 便宜 贵 便宜点
    你好 您好 哈喽 嗨 早上好 晚上好 下午好
    随便 无所谓 都行 都可以 牌子 品牌 颜色 类型
    上 下 里 中 内 前 后 左 右 边 面 时候 时 现在 今天 其实 那就 那么 以前 之前 以后 之后 年 年代 月 日
    """.split()
)

PRONOUN_TITLES = frozenset(
    "it up her him you me us them that this she he they we i one two more now here there then go out no yes".split()
)
=======
import tomllib
from importlib import resources

_DATA = tomllib.loads(
    resources.files("palate.understanding").joinpath("data/stopwords.toml").read_text(encoding="utf-8")
)


def _words(name: str) -> frozenset[str]:
    return frozenset(_DATA[name].split())


ENGLISH = _words("english")
"""Never keywords, never titles by themselves."""

CHINESE = _words("chinese")
"""The same in Chinese."""

PRONOUN_TITLES = _words("pronouns")
>>>>>>> understanding
"""Titles of this kind are mentions only where quotes, or capitals in a place where a title stands, say so."""

COMMON = ENGLISH | _words("everyday")
"""Everyday words: a title or a surname that is only these needs more than small letters to be one."""

SPELT_RIGHT = COMMON | _words("plain_english")
"""English words that are never taken for a typing error."""

NO_KEYWORDS = CHINESE | _words("chinese_verbs") | _words("chinese_nouns")
"""Chinese words that say nothing of what is looked for."""
