"""Words of other systems that can mean only one thing, in our three languages; a mapping adds a site's own."""

from __future__ import annotations

from functools import lru_cache

Words = tuple[tuple[str, tuple[str, ...]], ...]
"""Our word, and theirs, as `qc.metadata.fields.folded` writes them."""

LANGUAGES: Words = (
    ("zh", ("zh", "cmn", "chi", "zho", "chinese", "mandarin", "中文", "汉语", "国语", "普通话", "chino", "mandarín")),
    ("en", ("en", "eng", "english", "英语", "英文", "inglés", "ingles")),
    ("es", ("es", "spa", "spanish", "西班牙语", "西班牙文", "西语", "español", "espanol", "castellano")),
)
DIRECTIONS: Words = (
    ("inbound", ("inbound", "in", "incoming", "呼入", "来电", "入呼", "entrante", "entrada", "recibida")),
    ("outbound", ("outbound", "out", "outgoing", "呼出", "外呼", "去电", "出呼", "saliente", "salida", "emitida")),
)
HUNG_UP: Words = (
    (
        "agent",
        (
            *("agent", "operator", "坐席", "座席", "坐席员", "座席员", "客服", "话务员", "坐席挂机", "座席挂机"),
            *("agente", "operador", "operadora", "asesor", "asesora"),
        ),
    ),
    (
        "customer",
        (
            *("customer", "caller", "client", "user", "客户", "用户", "主叫", "来电人", "客户挂机", "用户挂机"),
            *("cliente", "usuario", "usuaria", "llamante"),
        ),
    ),
    ("system", ("system", "ivr", "系统", "系统挂机", "sistema")),
)
TRUTHS: Words = (
    ("yes", ("yes", "y", "true", "1", "是", "有", "已放弃", "放弃", "sí", "si", "s", "abandoned", "abandonada")),
    ("no", ("no", "n", "false", "0", "否", "无", "未放弃", "已接", "接通", "answered", "atendida")),
)


@lru_cache(maxsize=8)
def indexed(words: Words) -> dict[str, str]:
    """Ours by theirs."""
    return {word: name for name, listed in words for word in listed}
