"""Word lists of the verifier. Data only; every list is of lower-case words as they are written."""

from __future__ import annotations


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _list(words: str) -> list[str]:
    return words.split()


def _pairs(words: str) -> dict[str, str]:
    return dict(pair.split(":") for pair in words.split())


_MONTHS = "january february march april may june july august september october november december"
MONTHS = {short: full for full in _list(_MONTHS) for short in (full, full[:3])} | {"sept": "september"}
STOP = _set(
    """a about above across after again against ago all almost along already also although am among an
    and another any anyone anything are around as at away back be became because become been before
    being below besides best between beyond both but by came can come could d did do does doing done
    down during each either else enough even ever every few for from further get gets getting give gives
    giving given go goes going gone got had has have having he her here hers herself him himself his how
    however i if in including indeed instead into is it its itself just kind lot ll made make makes
    making many may me meanwhile might mine more moreover most much must my myself nearly neither nor
    not now of off often on once only onto or other others otherwise our ours out over own perhaps per
    quite rather re really regarding same shall she should since so some something soon still such than
    that the their theirs them themselves then there therefore these they thing this those though
    through throughout thus to together too toward towards under until up upon us used using various ve
    very via was way we well went were what when where whether which while who whom whose why will with
    within without would yes yet you your yours additionally furthermore overall according article
    articles passage passages based specifically currently mr mrs ms dr sir jr sr ii iii iv"""
)

PREPOSITIONS = _set(
    """about above across after against along among around as at before behind below between beyond by
    despite during except for from in inside into like near of off on onto out outside over since
    through throughout to toward towards under until up upon via with within without because while when
    where if although though and or but that which who whose than"""
)

SPEECH = _set(
    """say says said saying tell tells told telling state states stated stating add adds added adding
    note notes noted noting announce announces announced declare declares declared remark remarked
    report reports reported reporting comment commented explain explains explained mention mentioned
    write writes wrote argue argued insist insisted claim claims claimed describe described speak speaks
    spoke speaking call calls called calling"""
)

SYNONYMS = (
    "confirm acknowledge verify",
    "send deploy dispatch",
    "rise raise increase grow climb jump surge gain",
    "fall drop decline decrease plunge slide shrink",
    "reduce cut",
    "kill dead die death fatal",
    "injure wound hurt",
    "buy purchase acquire",
    "start begin launch",
    "end finish conclude",
    "attack strike assault raid",
    "arrest detain",
    "build construct",
    "show reveal disclose",
    "help aid assist support",
    "company firm",
    "troop soldier",
    "car vehicle",
    "child kid",
    "big large huge",
    "expect anticipate predict",
    "need require",
    "photo photograph image picture",
    "destroy wreck",
    "flee escape",
    "visit trip",
    "approve pass",
    "storm gale",
    "area region",
    "sick ill",
)

ANTONYMS = (
    (
        "rise raise increase grow climb jump surge gain high",
        "fall drop decline decrease plunge slide shrink low reduce cut",
    ),
    ("more most exceed over above", "less fewer least below under"),
    ("win victory", "lose defeat"),
    ("accept approve pass agree support back", "reject refuse oppose veto disagree block"),
    ("confirm acknowledge admit", "deny refute dismiss"),
    ("open reopen", "close shut"),
    ("before", "after"),
    ("first", "last second third"),
    ("alive survive safe", "dead die kill death missing"),
    ("guilty convict", "acquit innocent clear"),
    ("start begin launch", "end finish stop halt conclude suspend"),
    ("allow permit legalize", "ban forbid prohibit outlaw"),
    ("north northern", "south southern"),
    ("east eastern", "west western"),
    ("inside", "outside"),
    ("possible likely", "impossible unlikely"),
    ("hire", "fire"),
    ("strong", "weak"),
    ("early", "late"),
    ("cheap", "expensive"),
    ("arrive enter", "leave depart exit"),
    ("buy purchase", "sell"),
    ("import", "export"),
    ("male man boy", "female woman girl"),
    ("success succeed", "fail failure"),
    ("good better best", "bad worse worst"),
    ("true", "false"),
    ("large big great", "small little"),
    ("long", "short"),
    ("old", "new young"),
    ("rich", "poor"),
    ("public", "private"),
    ("hot", "cold"),
    ("legal", "illegal"),
    ("majority", "minority"),
    ("profit gain", "loss"),
    ("friend ally", "enemy"),
    ("morning", "evening"),
    ("day", "night"),
    ("visit", "avoid"),
)

IRREGULAR_VERBS = _pairs(
    """sent:send went:go began:begin begun:begin rose:rise risen:rise fell:fall fallen:fall won:win
    lost:lose met:meet built:build bought:buy sold:sell held:hold kept:keep left:leave led:lead
    found:find fled:flee flew:fly flown:fly fought:fight shot:shoot struck:strike took:take taken:take
    drove:drive driven:drive broke:break broken:break chose:choose chosen:choose grew:grow grown:grow
    knew:know known:know paid:pay ran:run saw:see seen:see stood:stand taught:teach thought:think
    threw:throw thrown:throw wrote:write written:write died:die dying:die denied:deny denies:deny
    bore:bear brought:bring caught:catch drew:draw drawn:draw gave:give heard:hear hid:hide hidden:hide
    hurt:hurt laid:lay lent:lend spent:spend spoke:speak spoken:speak stole:steal stolen:steal
    swore:swear sworn:swear became:become came:come felt:feel forgot:forget froze:freeze frozen:freeze
    shook:shake sank:sink sunk:sink lowered:low loses:lose losing:lose cut:cut hit:hit put:put shut:shut
    cost:cost spread:spread quit:quit upheld:uphold withdrew:withdraw withdrawn:withdraw withheld:withhold
    overthrew:overthrow overthrown:overthrow overtook:overtake retook:retake retaken:retake swept:sweep
    rode:ride ridden:ride sang:sing sung:sing swam:swim tore:tear torn:tear wore:wear worn:wear misled:mislead
    rebuilt:rebuild dealt:deal dug:dig ate:eat eaten:eat blew:blow blown:blow fed:feed hung:hang sat:sit
    shrank:shrink shrunk:shrink split:split stuck:stick swung:swing undertook:undertake overran:overrun"""
)
IRREGULAR = IRREGULAR_VERBS | _pairs(
    """children:child men:man women:woman lower:low higher:high larger:large bigger:big largest:large
    biggest:big highest:high lowest:low wives:wife lives:life lowers:low losses:loss"""
)

PEOPLES = _pairs(
    """japanese:japan french:france british:britain briton:britain britons:britain american:usa
    americans:usa america:usa swiss:switzerland dutch:netherlands german:germany germans:germany
    spanish:spain polish:poland turkish:turkey turks:turkey swedish:sweden finnish:finland greek:greece
    greeks:greece norwegian:norway danish:denmark afghan:afghanistan afghans:afghanistan
    filipino:philippines irish:ireland scottish:scotland welsh:wales taiwanese:taiwan koreans:korea
    thai:thailand"""
)

NEGATORS = _set(
    "not never no none nobody nothing neither nor without cannot nowhere hardly barely lacks lacked"
)
REFUSALS = _set(
    """deny denies denied denying denial refute refuted refutes dismiss dismissed dismisses reject
    rejected rejects debunk debunked disputed disputes dispute false falsely untrue baseless hoax
    fabricated rumor rumors rumour rumours unfounded unconfirmed unverified doubt doubts doubted wrong
    incorrect myth"""
)
NEGATORS_TO = _set("decline declined declines refuse refused refuses fail failed fails failing")
HEDGES = _set(
    """may might could would will shall should if unless whether expect expects expected expecting plan
    plans planned planning likely unlikely possibly perhaps allegedly reportedly alleged suspected
    accused propose proposed proposes proposal consider considering considers threaten threatened
    threatens threatening believed rumored supposedly supposed scheduled potentially probably apparently
    fear feared fears"""
)
HEDGES_TO = _set(
    """preparing prepares prepared prepare hope hopes hoped hoping want wants wanted seek seeks sought
    poised set try tries tried trying attempt attempted vow vowed promise promised urge urged urges call
    called ask asked order ordered agree agreed due ready"""
)
MODALS = _set("may might could would will shall should if unless whether likely unlikely possibly perhaps")
COMPLEMENTS = _set("whether if evidence sign signs proof indication indications plans")
EXACT = _set("all every only most half both always entire whole former ex acting deputy vice sole majority")
KNOWING = _set(
    "know think believe mean confirm acknowledge prove see show suggest find expect agree evidence sign"
)
TITLES = _set(
    """president minister secretary general defense defence foreign prime king queen prince princess
    chief chairman chairwoman senator representative governor mayor justice judge ambassador colonel
    captain major lieutenant admiral sergeant commander director professor doctor pope archbishop bishop
    chancellor premier spokesman spokeswoman vice deputy former acting state interior finance"""
)
WEEKDAYS = _set("monday tuesday wednesday thursday friday saturday sunday")
CALENDAR = WEEKDAYS | frozenset(MONTHS)
SYMMETRIC = _list("meet marry fight face include join accompany resemble")
PRONOUNS = _set("he she they it his her hers their theirs its him them who himself herself")
AUXILIARIES = _set("is are was were be been being get gets got")
AUXILIARY_VERBS = _set("must has have had do does did can cannot is are was were be been being isn wasn")
VERBS = _set(
    """remain deny confirm want need run show hold lead make take give get go come become keep leave
    face include own use work live begin end rise fall grow open close start stop win lose support
    oppose blame allow ban agree reject send attack kill injure arrest buy sell build plan expect warn
    hope insist accuse order order demand seek refuse decline raise cut reach play meet move join serve
    vote pay cover threaten demand produce employ operate provide beat score draw sign name elect
    declare charge sue fire hire found settle host visit travel arrive return resign retire appoint
    publish release launch test fly land crash burn flood damage collapse protest debate pass recycle
    depend spend borrow invest merge acquire grant award destroy evacuate rescue capture occupy invade
    retreat negotiate protect guard command govern rule regulate tax fund finance export import deliver
    repair"""
)

ONES = {
    word: number
    for number, word in enumerate(
        _list(
            """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen"""
        )
    )
}
TENS = {
    word: 10 * number
    for number, word in enumerate(_list("twenty thirty forty fifty sixty seventy eighty ninety"), 2)
}
SCALES = {"hundred": 100, "thousand": 1_000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
SHORT_SCALES = {"m": 10**6, "mn": 10**6, "bn": 10**9, "b": 10**9, "k": 1_000, "tn": 10**12}

HAN_NEUTRAL = _list(
    """表示 说道 指出 认为 据报道 报道 据悉 消息 目前 已经 其中 以及 因此 此外 同时 对于 根据 该名 有关
    相关 关于 并且 而且 他们 她们 它们 他说 她说 称说 当地时间 文章 一名 一位 一个 这个 那个 这些 那些
    由于 随后 之后 正在 进行 方面"""
)
HAN_FUNCTION = frozenset(
    "的了在是于和与及也都就而且但则并把由对从到为以其该这那等个名位说称据曾已约还又约地得着之后前内里他她它向"
)
HAN_NEGATION = _list("不 没 未 无 否认 否定 驳斥 拒绝 谣言 不实 并非 从未 绝非")
HAN_NOT_NEGATION = _list(
    """不少 不断 不过 不久 不仅 不同 不但 不论 不管 未来 无人机 无线 无论 无数 没收 不得不 不丹 差不多
    无锡"""
)
HAN_HEDGES = _list(
    "怀疑 可能 或许 也许 预计 预期 计划 据称 涉嫌 如果 若 将会 将于 将在 将 拟 打算 希望 考虑 疑似 恐 似乎"
)
HAN_NOT_HEDGES = _list("将军 将领 将士 若干 拟定 恐怖 恐慌 大将 中将 上将 少将 即将军")
