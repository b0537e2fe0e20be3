"""The headings of bullets and of reader questions in languages other than English.

``*`` matches one or more words, as in ``headings``.
"""

from __future__ import annotations

_GERMAN_QUESTIONS = (
    *("häufige fragen", "häufig gestellte fragen", "fragen und antworten", "fragen & antworten"),
    *("die wichtigsten fragen", "die wichtigsten fragen und antworten", "ihre fragen"),
)
FOREIGN_SUMMARY_HEADINGS: tuple[str, ...] = (
    # German
    *("das wichtigste zu *", "das wichtigste zum *", "das wichtigste zur *"),
    *("das wichtigste in kürze", "das wichtigste im überblick", "das wichtigste zusammengefasst"),
    *("das wichtigste", "in kürze", "kurz gefasst", "kurz zusammengefasst", "zusammenfassung"),
    *("auf einen blick", "die wichtigsten punkte", "die wichtigsten erkenntnisse", "kernpunkte"),
    *("kernaussagen", "die wichtigsten fakten", "darum geht's", "darum geht es", "überblick"),
    *("die wichtigsten punkte im überblick", "highlights auf einen blick", "zusammengefasst von *"),
    # French
    *("l'essentiel", "en bref", "en résumé", "résumé", "résumé de l'article", "à retenir"),
    *(
        "les points clés",
        "points clés",
        "points clefs",
        "les points essentiels",
        "ce qu'il faut retenir",
    ),
    *("l'essentiel à retenir", "les faits essentiels", "le résumé", "les principaux points"),
    *("résumé par *", "ce qu'il faut savoir"),
    # Spanish
    *("claves de *", "las claves de *", "las claves del *", "claves del *"),
    *("resumen", "en resumen", "puntos clave", "los puntos clave", "claves", "las claves"),
    *("lo más importante", "lo esencial", "en breve", "ideas clave", "aspectos destacados"),
    *("puntos destacados", "resumen del artículo", "resumido por *", "lo que debes saber"),
    *("lo que hay que saber", "conclusiones clave"),
    # Italian
    *("in sintesi", "in breve", "punti chiave", "i punti chiave", "l'essenziale", "riassunto"),
    *("sintesi", "i punti principali", "in pillole", "da sapere"),
    # Portuguese
    *("resumo", "em resumo", "pontos principais", "pontos-chave", "pontos chave", "o essencial"),
    *("em síntese", "destaques", "principais pontos", "resumo da notícia"),
    # Dutch
    *(
        "samenvatting",
        "in het kort",
        "kernpunten",
        "belangrijkste punten",
        "de kern",
        "kort samengevat",
    ),
    *("de belangrijkste punten", "het belangrijkste"),
    # Danish, Norwegian, Swedish, Finnish
    *(
        "kort fortalt",
        "kort oppsummert",
        "oppsummering",
        "sammendrag",
        "hovedpunkter",
        "kort om saken",
    ),
    *("resumé", "overblik", "det vigtigste", "sammanfattning", "i korthet", "det viktigaste"),
    *("i korte trekk", "kort sagt", "huvudpunkter", "nyckelpunkter", "tiivistelmä", "lyhyesti"),
    # Polish, Czech, Turkish
    *(
        "najważniejsze informacje",
        "w skrócie",
        "podsumowanie",
        "streszczenie",
        "najważniejsze punkty",
    ),
    *("shrnutí", "ve zkratce", "hlavní body", "özet", "kısaca", "öne çıkanlar", "önemli noktalar"),
    # Russian, Ukrainian
    *(
        "кратко",
        "главное",
        "коротко",
        "краткое содержание",
        "ключевые моменты",
        "коротко о главном",
    ),
    *("стисло", "головне", "ключові моменти"),
    # Japanese, Chinese, Korean, Arabic, Hindi
    *(
        "要約",
        "要点",
        "ポイント",
        "この記事のポイント",
        "まとめ",
        "摘要",
        "要點",
        "核心要点",
        "重點摘要",
    ),
    *("요약", "핵심 요약", "주요 내용", "الملخص", "ملخص", "أبرز النقاط", "النقاط الرئيسية"),
    *("सारांश", "मुख्य बातें", "मुख्य बिंदु"),
)
FOREIGN_QUESTION_HEADINGS: tuple[str, ...] = (
    # German
    *(f"{words} {to} *" for words in _GERMAN_QUESTIONS for to in ("zu", "zum", "zur")),
    *("häufige fragen", "häufig gestellte fragen", "fragen und antworten", "fragen & antworten"),
    *(
        "ihre fragen",
        "leserfragen",
        "fragen unserer leser",
        "fragen der leser",
        "die wichtigsten fragen",
    ),
    *("die wichtigsten fragen und antworten", "fragen zum artikel", "fragen", "das fragen leser"),
    *("nutzer fragen auch", "ähnliche fragen", "weitere fragen", "einblicke"),
    # French
    *("questions fréquentes sur *", "vos questions sur *", "questions et réponses sur *"),
    *("questions fréquentes", "foire aux questions", "vos questions", "questions et réponses"),
    *("questions-réponses", "questions des lecteurs", "les questions des lecteurs"),
    *("questions posées par les lecteurs", "autres questions", "questions fréquemment posées"),
    *("les questions que vous vous posez", "questions sur cet article", "questions / réponses"),
    *("autres questions posées",),
    # Spanish
    *("preguntas frecuentes sobre *", "preguntas y respuestas sobre *"),
    *("preguntas frecuentes", "preguntas y respuestas", "preguntas", "preguntas de los lectores"),
    *(
        "preguntas de nuestros lectores",
        "tus preguntas",
        "sus preguntas",
        "otras preguntas de los usuarios",
    ),
    *(
        "preguntas clave",
        "preguntas relacionadas",
        "preguntas sobre este artículo",
        "las preguntas de los lectores",
    ),
    # Italian
    *(
        "domande frequenti",
        "domande e risposte",
        "domande",
        "le domande dei lettori",
        "domande dei lettori",
    ),
    *("le vostre domande", "domande correlate"),
    # Portuguese
    *("perguntas frequentes sobre *",),
    *("perguntas frequentes", "perguntas e respostas", "perguntas", "perguntas dos leitores"),
    *("dúvidas frequentes", "perguntas relacionadas"),
    # Dutch
    *("veelgestelde vragen over *",),
    *("veelgestelde vragen", "vragen en antwoorden", "vragen", "vragen van lezers", "lezersvragen"),
    *("uw vragen", "jouw vragen"),
    # Danish, Norwegian, Swedish, Finnish
    *("ofte stillede spørgsmål", "spørgsmål og svar", "ofte stilte spørsmål", "spørsmål og svar"),
    *(
        "leserspørsmål",
        "vanliga frågor",
        "frågor och svar",
        "läsarfrågor",
        "usein kysytyt kysymykset",
    ),
    *("spørsmål", "spørgsmål", "frågor", "kysymyksiä ja vastauksia"),
    # Polish, Czech, Turkish
    *("najczęściej zadawane pytania", "pytania i odpowiedzi", "pytania czytelników", "pytania"),
    *("často kladené otázky", "otázky a odpovědi", "otázky", "sıkça sorulan sorular", "sorular"),
    *("sık sorulan sorular", "sorular ve cevaplar"),
    # Russian, Ukrainian
    *(
        "вопросы и ответы",
        "частые вопросы",
        "часто задаваемые вопросы",
        "вопросы читателей",
        "вопросы",
    ),
    *("питання та відповіді", "поширені запитання"),
    # Japanese, Chinese, Korean, Arabic, Hindi
    *(
        "よくある質問",
        "よくあるご質問",
        "読者の質問",
        "質問",
        "常见问题",
        "常見問題",
        "问答",
        "读者提问",
    ),
    *(
        "자주 묻는 질문",
        "질문과 답변",
        "독자 질문",
        "أسئلة شائعة",
        "الأسئلة الشائعة",
        "أسئلة القراء",
    ),
    *("अक्सर पूछे जाने वाले प्रश्न", "पाठकों के प्रश्न"),
)
