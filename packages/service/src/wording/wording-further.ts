/** The banned wordings in Polish, Japanese and Arabic. How the patterns are read: wording.ts. */
import type { Patterns } from './wording.ts'

export const pl: Patterns = {
  neutral: [
    'neutraln* (dla klimatu|klimatycznie|weglowo|emisyjnie|pod wzgledem emisji)',
    '(klimatycznie|weglowo|emisyjnie) neutraln*',
    'neutralnosc* (klimatyczn|weglow)*',
    '(zeroemisyjn|bezemisyjn)*',
    '(zero|bez) (emisji|sladu weglowego|co2)',
  ],
  positive: [
    '(klimatycznie|weglowo) (pozytywn|dodatni)*',
    '(ratuj|uratuj|ocal|ratujemy)* … (planete|klimat|ziemie)',
  ],
  generic: [
    '(proekologiczn|ekoprzyjazn)*',
    'ekologiczn* (zakup|zamowien|produkt|dostaw|wysylk|wybor)*',
    '(zakup|zamowien|produkt|dostaw|wysylk|wybor)* ekologiczn*',
    'przyjazn* (dla )?(srodowisku|srodowiska|klimatu|klimatowi|planety|planecie|natury|naturze)',
    'zielon(e|y|a|ych|ego|ej) (zakup|zamowien|produkt|dostaw|wysylk|wybor)*',
    '(zrownowazon)(e|y|a|ych|ego|ej) (zakup|zamowien|produkt|dostaw|wysylk|wybor)*',
  ],
  offset: [
    '(skompens|kompens|zneutraliz|neutraliz|zrownowaz|zrekompens|rekompens|anuluj)* … (co2|emisj|slad|zakup|zamowien)*',
    '(co2|emisj*|slad*|zakup*|zamowien*) … (skompens|kompens|zneutraliz|neutraliz|zrekompens)*',
    '(kompensac)* (weglow|emisji|klimatyczn|co2)*',
  ],
  tree: [
    '(zakup|zamowien|wplat)* … (sadz|zasadz|posadz)* … drzew*',
    '(sadz|zasadz|posadz)* … drzew* … (zakup|zamowien)*',
  ],
  label: [
    '(eko|zielon|klimatyczn) (znak|etykiet|certyfikat|odznak|plakietk)*',
    '(znak|etykieta|certyfikat|odznaka) (ekologiczn|zielon|klimatyczn|eko)*',
  ],
}

export const ja: Patterns = {
  neutral: [
    'カーボン ニュートラル',
    '(気候|炭素|CO2|co2|二酸化炭素) (中立|ニュートラル)',
    '(排出|co2|二酸化炭素|カーボン) (ゼロ|フリー)',
    'ネット ゼロ',
    'ゼロ (カーボン|エミッション)',
    '実質 ゼロ',
    '脱炭素 (商品|注文|購入|配送)',
  ],
  positive: [
    '(クライメート|カーボン|ネイチャー|気候) (ポジティブ|ネガティブ)',
    '(地球|環境|気候) を (救|守|癒)',
  ],
  generic: [
    '(環境|地球|自然|気候) に (優し|やさし|良|よ|いい|配慮)',
    'エコ (フレンドリー|な 商品|な 買い物|な お買い物|商品|配送)',
    'グリーン (な|購入|商品|配送|ショッピング|オーダー)',
    'サステナブル (な)? (商品|買い物|お買い物|購入|注文|配送|選択)',
  ],
  offset: [
    'オフセット',
    '(co2|二酸化炭素|炭素|排出[量]?|購入|注文|お買い物) (を|は|が|の) … (相殺|打ち消|埋め合わせ|帳消し|中和)',
    '(相殺|打ち消|埋め合わせ|帳消し|中和) (し|す|さ|でき|る|て|た)',
  ],
  tree: [
    '(購入|注文|お買い物|支援|寄付) … (木|植樹|苗木) … (植え|植樹|植わ)',
    '(1|一) 本 の 木 … (植え|植樹)',
  ],
  label: ['(エコ|環境|グリーン|サステナビリティ|気候) (マーク|ラベル|バッジ|認定|認証)'],
}

export const ar: Patterns = {
  neutral: [
    '(محايد|محايده|محايدين|محايدا) (ل|من حيث)? (كربوني|كربونيا|الكربون|للكربون|مناخي|مناخيا|المناخ|للمناخ)',
    '(حياد|الحياد) (كربون|كربوني|الكربون|الكربوني|المناخي|مناخي)',
    '(صفر|صفري|بلا|بدون|خالي من|خاليه من) (انبعاثات|الانبعاثات|كربون|الكربون|بصمه)',
    '(صافي) (صفر|الصفر)',
  ],
  positive: [
    '(ايجابي|ايجابيه) (المناخ|للمناخ|مناخيا|كربونيا|الكربون)',
    '(انقاذ|ننقذ|انقذ|تنقذ|ينقذ|نحمي) (الكوكب|كوكب|المناخ|الارض)',
  ],
  generic: [
    '(صديق|صديقه|صديقا|رفيق|رفيقه) (ل)? (بيئه|البيئه|للبيئه|المناخ|للمناخ|الكوكب|للكوكب|الطبيعه|للطبيعه)',
    '(شراء|طلب|منتج|منتجات|خيار|تسوق|توصيل|مشتريات) (ال)?(اخضر|خضراء|مستدام|مستدامه)',
    '(تسوق|مشتريات|طلبيه) (اخضر|خضراء|مستدام|مستدامه)',
  ],
  offset: [
    '(تعويض|عوض|نعوض|تعوض|يعوض|معادله|موازنه|نوازن|توازن|الغاء|تلغي|نلغي|تحييد|نحيد) … (الكربون|كربون|كربونيه|الكربونيه|انبعاثات|الانبعاثات|البصمه|بصمه|مشتريات|شراء|طلب)*',
    '(انبعاثات|الانبعاثات|البصمه|بصمه|الكربون) … (معوضه|المعوضه|تعويض|تعوض)',
  ],
  tree: [
    '(طلب|شراء|مشتريات|مساهم)* … (زرع|زرعت|نزرع|يزرع|تزرع|غرس|نغرس|تغرس|زراعه) … (شجر|شجره|اشجار|الاشجار)',
  ],
  label: ['(شاره|علامه|ملصق|ختم|شهاده) (بيئيه|بيئي|خضراء|اخضر|مناخيه|الاستدامه|استدامه)'],
}
