// What the claims guard finds and what it leaves alone, in every language and in every disguise.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Refusal } from '../kernel/refusal.ts'
import { type ClaimKind, claims, claimsIn, explainClaim } from './claim.ts'
import { refuseClaims, refuseClaimsInNames } from './claim-refusal.ts'
import { wordingsOf } from './wording.ts'

/** One sentence for each kind and language, as a merchant might write it. */
const banned: Readonly<Record<string, Readonly<Record<ClaimKind, readonly string[]>>>> = {
  en: {
    neutral: [
      'A carbon neutral order',
      'Net-zero delivery',
      'CO₂-free shipping',
      'Carbon-neutrality for you',
    ],
    positive: ['A climate-positive purchase', 'Save the planet', 'Carbon negative shoes'],
    generic: [
      'Go green!',
      'Eco-friendly books',
      'Our environmentally friendly shop',
      'Sustainable shopping',
      'Good for the planet',
    ],
    offset: [
      'We offset your purchase',
      'Carbon offsetting',
      'Neutralise your footprint',
      'Cancel out the emissions of this order',
      'Compensate your purchase',
      'Your footprint is cancelled out',
    ],
    tree: ['Your purchase planted a tree', 'Each order plants three trees'],
    label: ['Look for our eco badge', 'A green label'],
  },
  de: {
    neutral: ['Klimaneutraler Versand', 'CO2-neutral bestellen', 'CO₂-frei geliefert', 'Netto-Null'],
    positive: ['Ein klimapositiver Einkauf', 'Retten Sie das Klima'],
    generic: ['Umweltfreundliche Bücher', 'Ein grüner Einkauf', 'Nachhaltig bestellen', 'Gut für die Umwelt'],
    offset: [
      'Wir kompensieren die Emissionen Ihres Einkaufs',
      'CO₂-Ausgleich',
      'Gleichen Sie Ihren Fußabdruck aus',
      'Die Emissionen werden neutralisiert',
    ],
    tree: ['Ihre Bestellung pflanzt einen Baum', 'Mit Ihrem Einkauf wird ein Baum gepflanzt'],
    label: ['Unser Öko-Siegel', 'Das Nachhaltigkeitssiegel'],
  },
  fr: {
    neutral: ['Une livraison neutre en carbone', 'La neutralité carbone', 'Zéro émission'],
    positive: ['Un achat climat positif', 'Sauvons la planète'],
    generic: [
      'Éco-responsable',
      'Un achat plus vert',
      'Respectueux de l’environnement',
      'Une livraison écologique',
    ],
    offset: [
      'Compensez l’empreinte de votre achat',
      'Compensation carbone',
      'Annulez votre impact',
      'Vos émissions sont compensées',
    ],
    tree: ['Votre achat plante un arbre', 'Un arbre planté par commande'],
    label: ['Notre label vert', 'Écolabel maison'],
  },
  es: {
    neutral: ['Un pedido neutro en carbono', 'Neutralidad de carbono', 'Cero emisiones'],
    positive: ['Una compra climáticamente positiva', 'Salvemos, salva el planeta'],
    generic: ['Ecoamigable', 'Respetuoso con el medio ambiente', 'Una compra verde', 'Envío sostenible'],
    offset: [
      'Compense la huella de su compra',
      'Compensación de carbono',
      'Las emisiones quedan compensadas',
    ],
    tree: ['Su compra planta un árbol', 'Un árbol por pedido'],
    label: ['Nuestro sello ecológico', 'Etiqueta verde'],
  },
  it: {
    neutral: ['Una spedizione climaticamente neutra', 'Neutralità carbonica', 'A zero emissioni'],
    positive: ['Un acquisto climaticamente positivo', 'Salviamo il pianeta'],
    generic: ['Ecosostenibile', 'Rispettoso dell’ambiente', 'Un acquisto verde', 'Spedizione sostenibile'],
    offset: ['Compensa le emissioni del tuo ordine', 'Compensazione del carbonio', 'Azzera la tua impronta'],
    tree: ['Il tuo acquisto pianta un albero', 'Un albero per ogni ordine'],
    label: ['Il nostro bollino verde', 'Marchio ecologico'],
  },
  nl: {
    neutral: ['Klimaatneutrale verzending', 'CO2-neutraal', 'Netto nul'],
    positive: ['Een klimaatpositieve aankoop', 'Red de planeet'],
    generic: ['Milieuvriendelijk', 'Een groene bestelling', 'Duurzaam winkelen', 'Goed voor het milieu'],
    offset: ['Wij compenseren de uitstoot', 'CO2-compensatie', 'Uw uitstoot wordt gecompenseerd'],
    tree: ['Uw aankoop plant een boom', 'Met elke bestelling wordt een boom geplant'],
    label: ['Ons milieukeurmerk', 'Een eco-label'],
  },
  pt: {
    neutral: ['Uma compra neutra em carbono', 'Neutralidade carbónica, carbono neutro', 'Zero emissões'],
    positive: ['Uma compra climaticamente positiva', 'Salve o planeta'],
    generic: ['Eco-friendly', 'Amigo do ambiente', 'Uma compra verde', 'Envio sustentável'],
    offset: ['Compense a pegada da sua compra', 'Compensação de carbono', 'As emissões são compensadas'],
    tree: ['A sua compra planta uma árvore', 'Uma árvore por compra'],
    label: ['O nosso selo verde', 'Rótulo ecológico'],
  },
  pl: {
    neutral: ['Zakup neutralny dla klimatu', 'Neutralność klimatyczna', 'Zero emisji'],
    positive: ['Zakup klimatycznie pozytywny', 'Ratujmy, ratuj planetę'],
    generic: [
      'Produkt przyjazny środowisku',
      'Zielone zakupy',
      'Ekologiczna dostawa',
      'Proekologiczny sklep',
    ],
    offset: ['Skompensuj swój ślad', 'Kompensacja emisji', 'Emisje zostały zneutralizowane'],
    tree: ['Twoje zamówienie sadzi drzewo', 'Sadzimy drzewo za każde zamówienie'],
    label: ['Nasz znak ekologiczny', 'Eko-certyfikat'],
  },
  sv: {
    neutral: ['Klimatneutral frakt', 'Koldioxidneutral', 'Noll utsläpp'],
    positive: ['Ett klimatpositivt köp', 'Rädda planeten'],
    generic: ['Miljövänlig', 'Ett grönt köp', 'Hållbar leverans', 'Bra för miljön'],
    offset: [
      'Klimatkompensera ditt köp',
      'Koldioxidkompensation',
      'Utsläppen kompenseras, vi kompenserar utsläppen',
    ],
    tree: ['Ditt köp planterar ett träd', 'Ett träd per köp'],
    label: ['Vår miljömärkning', 'Klimatcertifierad'],
  },
  ja: {
    neutral: ['カーボンニュートラルなご注文', 'CO₂排出ゼロ', 'ネットゼロ'],
    positive: ['クライメート・ポジティブ', '地球を救う買い物'],
    generic: ['環境にやさしい商品', 'エコな商品', 'グリーン購入', '地球に優しい'],
    offset: ['カーボンオフセット', 'お買い物のCO2を相殺します', '排出量を打ち消します'],
    tree: ['ご購入1件につき木を1本植えます', '1本の木を植える'],
    label: ['エコマーク風の認定', '環境ラベル'],
  },
  ar: {
    neutral: ['طلب محايد كربونيًا', 'الحياد الكربوني', 'صفر انبعاثات'],
    positive: ['ننقذ الكوكب', 'إنقاذ المناخ'],
    generic: ['منتج صديق للبيئة', 'شراء أخضر', 'تسوق مستدام'],
    offset: ['تعويض الكربون', 'نعوّض انبعاثات طلبك', 'موازنة البصمة'],
    tree: ['طلبك زرع شجرة', 'كل طلب يزرع شجرة'],
    label: ['شارة خضراء', 'ختم الاستدامة'],
  },
}
const sentences = Object.entries(banned).flatMap(([language, kinds]) =>
  Object.entries(kinds).flatMap(([kind, texts]) =>
    texts.map((text) => [language, kind as ClaimKind, text] as const),
  ),
)

describe('the claims guard', () => {
  it.each(sentences)('finds, in %s, as %s: %s', (_language, kind, text) => {
    expect(claimsIn(text).map((finding) => finding.kind)).toContain(kind)
  })

  it('has wordings of every kind for each of its languages, and an example of each', () => {
    const known = new Set(wordingsOf().map(({ language, kind }) => `${language} ${kind}`))
    expect([...known].sort()).toEqual(
      [...new Set(sentences.map(([language, kind]) => `${language} ${kind}`))].sort(),
    )
  })

  it.each([
    ['accents', 'cárbön nëutral'],
    ['capitals', 'CARBON NEUTRAL'],
    ['any dash', 'carbon‑neutral, carbon—neutral, carbon_neutral'],
    ['no blank', 'carbonneutral'],
    ['a full stop between', 'carbon.neutral'],
    ['two lines', 'carbon\n\tneutral'],
    ['zero-width characters', 'car\u200bbon neu\u00adtral'],
    ['bidirectional controls', '\u202ecarbon\u2066 neutral'],
    ['Cyrillic letters', 'саrbоn nеutrаl'],
    ['Greek letters', 'cαrbοn νeutrαl'.replace('ν', 'n')],
    ['full-width letters', 'ＣＡＲＢＯＮ　ＮＥＵＴＲＡＬ'],
    ['mathematical letters', '𝐜𝐚𝐫𝐛𝐨𝐧 𝐧𝐞𝐮𝐭𝐫𝐚𝐥'],
    ['figures for letters', 'carb0n n3utral'],
    ['letters apart', 'c a r b o n - n e u t r a l'],
    ['entities of emphasis', '*carbon* **neutral**'],
  ])('sees through %s', (_disguise, text) => {
    expect(claimsIn(text).map(({ kind }) => kind)).toContain('neutral')
  })

  it.each([
    'Estimated footprint of this kind of purchase: about 12 kg CO2e, likely 6 to 24 kg.',
    'Your contribution does not change the footprint of your purchase.',
    'GBP 1.00 goes to X; GBP 0.79 reaches the project after fees; delivery expected by 2027.',
    'Native trees on former grazing land.',
    'It stands for a planting scheme whose removals are measured as the trees grow.',
    'Farmers are compensated for the strips of land that they leave to the river.',
    'Green turtles nest on this beach in Greenland.',
    'Las tortugas verdes de Cabo Verde.',
    'Restauration écologique d’une tourbière.',
    'Rolnictwo ekologiczne na terenach zalewowych.',
    'Die Bauern pflanzen Bäume und pflegen sie zehn Jahre.',
    'Neutralising acid soils with lime.',
    'The balance of your account, and the positive answer of the bank.',
    'Ein neutraler Gutachter prüft die Zahlen.',
    '地域の人々が苗木を育てています。',
    'زراعة الأشجار في أرض كانت مرعى.',
  ])('leaves alone: %s', (text) => {
    expect(claimsIn(text)).toEqual([])
  })

  it('allows a negation of ours word for word, and no other', () => {
    expect(claimsIn('A contribution is a gift. It does not offset the purchase. Thank you.')).toEqual([])
    expect(claimsIn('It does not only offset the purchase.')).toHaveLength(1)
    expect(claimsIn('It does not offset the purchase, it offsets everything.')).not.toEqual([])
  })

  it('quotes what it found as it was written, where it was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (before) => {
        const text = `${before} . Klimaneutraler Versand`
        const [finding] = claimsIn(text).filter(({ found }) => found.startsWith('Klima'))
        expect(finding?.found).toBe('Klimaneutraler')
        expect(text.slice(finding!.at)).toBe('Klimaneutraler Versand')
      }),
    )
  })

  it('answers in time whatever it is given', () => {
    const texts = [
      'carbon '.repeat(5_000),
      'c a '.repeat(5_000),
      'تعويض '.repeat(3_000),
      'co2 を '.repeat(3_000),
    ]
    const began = performance.now()
    for (const text of texts) claimsIn(text)
    expect(performance.now() - began).toBeLessThan(5_000)
  })

  it('gives a reason, a source and something to say instead', () => {
    for (const [kind, { reason, sources, suggestion }] of Object.entries(claims)) {
      expect([kind, reason.length > 20, sources.length > 0, suggestion.length > 20]).toEqual([
        kind,
        true,
        true,
        true,
      ])
      expect(claimsIn(suggestion)).toEqual([])
    }
    const [finding] = claimsIn('Klimaneutraler Versand')
    expect(explainClaim(finding!)).toMatch(/“Klimaneutraler” .*Directive \(EU\) 2024\/825.*Instead: /)
  })
})

describe('a refused text', () => {
  it('is 422, and names the field, the reason and the source', () => {
    const refused = () => refuseClaims({ '/name': 'Reeds', '/shortDescription': 'Offset your purchase' })
    expect(refused).toThrow(Refusal)
    try {
      refused()
    } catch (cause) {
      const { status, code, issues } = cause as Refusal
      expect([status, code]).toEqual([422, 'CLAIM_REFUSED'])
      expect(issues).toEqual([
        { path: '/shortDescription', message: expect.stringContaining('16 CFR 260.5') },
      ])
    }
  })

  it('is not a name that only praises', () => {
    expect(() => refuseClaimsInNames({ '/tradingName': 'Green & Sons' })).not.toThrow()
    expect(() => refuseClaimsInNames({ '/tradingName': 'Climate Neutral Books' })).toThrow(Refusal)
  })
})
