"""What is said of an experiment, in English and Chinese."""

from collections.abc import Mapping

from palate.evaluation.experiments import CONTROL, TREATMENT, Standing

_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Experiment",
        "none": "No experiment was started yet: palate experiment SHOP start --policy weights.toml",
        "others": "Other experiments",
        "other language": "中文",
        "running": "running",
        "started": "started {}",
        "stopped": "stopped {}",
        "comma": ", ",
        "stop": ". ",
        "people": "{:,} people in control, {:,} in treatment; {:,} whose window is still open",
        "share": "The treatment gets {:.0%} of the people, each for a window of {:g} hours",
        "control": "control",
        "treatment": "treatment",
        "difference": "difference (95 %, at any look)",
        "plot": "difference (treatment − control) by people counted",
        "reward": "share of lists that earned something",
        "seconds": "seconds a turn",
        "complaints": "share of turns with a complaint",
        "broken": "guardrail broken",
        "few": "not known yet",
        "note": "A person counts once, when his window is over. The intervals are confidence sequences: they hold "
        "at all looks at once, so the page may be looked at at any time, and the experiment stopped at any look, "
        "without more than one false alarm in twenty. The control is the shop as it stands.",
        "unbalanced": "Nothing can be said: {name} has {0:,} people in control and {1:,} in treatment, which chance "
        "does not explain with a share of {share:.0%}. Something keeps people of one arm out.",
        "too early": "It cannot be said yet: {name} has {0:,} people in control and {1:,} in treatment whose window is "
        "over; {least:,} in each are needed.",
        "wins treatment": "The treatment wins: people of {name} earn more with it ({figures}).",
        "wins control": "The control wins: people of {name} earn less with the treatment ({figures}).",
        "open": "It cannot be said yet which of the two is better ({figures}).",
        "figures": "{:+.4f}, interval {:+.4f} to {:+.4f}",
        "guardrail": " A guardrail is broken ({what}): do not adopt the treatment as it is.",
        "and": " and ",
        "because seconds": "its turns are slower",
        "because complaints": "more complaints",
    },
    "zh": {
        "title": "实验",
        "none": "还没有开始过实验：palate experiment SHOP start --policy weights.toml",
        "others": "其他实验",
        "other language": "English",
        "running": "进行中",
        "started": "开始于 {}",
        "stopped": "结束于 {}",
        "comma": "，",
        "stop": "。",
        "people": "对照组 {:,} 人，实验组 {:,} 人；另有 {:,} 人的观察期未结束",
        "share": "{:.0%} 的人得到实验组的策略，每人的观察期为 {:g} 小时",
        "control": "对照组",
        "treatment": "实验组",
        "difference": "差（95 %，随时可看）",
        "plot": "差（实验组 − 对照组），按已计入的人数",
        "reward": "有收获的列表所占比例",
        "seconds": "每轮用时（秒）",
        "complaints": "招致不满的轮次比例",
        "broken": "越过护栏",
        "few": "尚不清楚",
        "note": "每人只计一次，在其观察期结束时计入。区间为置信序列：在每一次查看时同时成立，"
        "因此随时可以查看，也可以在任何一次查看时停止实验，误报不超过二十分之一。对照组即商店现有的策略。",
        "unbalanced": "无法下结论：{name} 的对照组有 {0:,} 人，实验组有 {1:,} 人，"
        "实验组比例为 {share:.0%} 时这不是偶然。有一组的人没有被计入。",
        "too early": "现在还不能下结论：{name} 观察期已结束的，对照组 {0:,} 人，实验组 {1:,} 人；"
        "每组需要 {least:,} 人。",
        "wins treatment": "实验组胜出：{name} 的人在实验组收获更多（{figures}）。",
        "wins control": "对照组胜出：{name} 的人在实验组收获更少（{figures}）。",
        "open": "现在还不能说哪一组更好（{figures}）。",
        "figures": "{:+.4f}，区间 {:+.4f} 到 {:+.4f}",
        "guardrail": "护栏被越过（{what}）：请不要照原样采用实验组的策略。",
        "and": "、",
        "because seconds": "每轮更慢",
        "because complaints": "不满更多",
    },
}


def words(language: str) -> Mapping[str, str]:
    """The words of a language; English for those that are not known."""
    return _WORDS.get(language, _WORDS["en"])


def verdict(standing: Standing, language: str) -> str:
    """Which one wins, or that it cannot be said yet; plainly."""
    say, name, counts = words(language), standing.experiment.name, standing.counts
    if not standing.balanced:
        return say["unbalanced"].format(*counts, name=name, share=standing.experiment.share)
    if min(counts) < standing.least:
        return say["too early"].format(*counts, name=name, least=standing.least)
    result = {TREATMENT: "wins treatment", CONTROL: "wins control", None: "open"}[standing.winner]
    found = say[result].format(name=name, figures=say["figures"].format(*standing.rewards.sequence.last))
    if standing.broken:
        found += say["guardrail"].format(
            what=say["and"].join(say[f"because {one}"] for one in standing.broken)
        )
    return found
