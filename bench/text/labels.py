"""Words that label items and answers, in the languages that models write."""

from __future__ import annotations

import re

QUESTION = (
    *("question", "query", "frage", "pregunta", "domanda", "pergunta", "вопрос", "питання"),
    *("въпрос", "vraag", "fråga", "spørgsmål", "spørsmål", "kysymys", "pytanie", "otázka"),
    *("kérdés", "întrebarea", "întrebare", "soru", "السؤال", "سؤال", "پرسش", "سوال", "प्रश्न"),
    *("सवाल", "প্রশ্ন", "ερώτηση", "câu hỏi", "câu", "pertanyaan", "soalan", "คำถามที่", "คำถาม"),
    *("שאלה", "问题", "問題", "问", "問", "質問", "设问", "질문", "문제", "swali", "klausimas"),
    *("küsimus", "vprašanje", "pitanje", "питање", "прашање", "пытанне", "tanong", "jautājums"),
    *("spurning", "ceist", "கேள்வி", "ప్రశ్న", "ಪ್ರಶ್ನೆ", "ചോദ്യം", "પ્રશ્ન"),
    *("galdera", "qüestió", "pyetja", "sual", "savol", "сұрақ", "კითხვა", "հարց", "ጥያቄ"),
)
BULLET = (
    *("bullet point", "bullet", "key point", "main point", "summary point", "point clé", "point"),
    *("key takeaway", "takeaway", "highlight", "key insight", "insight", "item", "sentence"),
    *("key fact", "fact", "statement", "stichpunkt", "kernpunkt", "punkt", "punto clave", "punto"),
    *("ponto", "пункт", "要点", "重点", "ポイント", "요점", "nokta", "punt", "kulcspont", "bod"),
)
ANSWER = (
    *("answer", "ans", "antwort", "respuesta", "réponse", "risposta", "resposta", "ответ"),
    *("відповідь", "отговор", "antwoord", "svar", "vastaus", "odpowiedź", "odpověď", "válasz"),
    *("răspuns", "cevap", "yanıt", "الإجابة", "إجابة", "جواب", "پاسخ", "उत्तर", "উত্তর", "απάντηση"),
    *("trả lời", "đáp án", "jawaban", "คำตอบ", "תשובה", "答案", "回答", "答", "解答", "답변", "답"),
    *("correct answer", "possible answer", "short answer", "sample answer", "suggested answer"),
    *("expected answer", "model answer", "explanation", "rationale", "reason", "reasoning"),
    *("justification", "why it matters", "why this matters", "source", "evidence", "context"),
    *("erklärung", "begründung", "explication", "explicación", "解释", "解析", "理由"),
)
ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
    *("tenth", "final", "last"),
)


def alternatives(words: tuple[str, ...]) -> str:
    """A pattern of any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
