/**
 * The few words that the SDK has to say by itself, when the service that has all the others does not answer.
 * A new language is a new entry.
 */
interface Words {
  readonly unavailable: string
  readonly onwards: string
}

/** By language: what is not available, and the way on. */
const languages: Record<string, readonly [unavailable: string, onwards: string]> = {
  en: ['The environmental contribution is not available right now. Your order is not affected.', 'Continue'],
  de: ['Der Umweltbeitrag ist gerade nicht verfügbar. Ihre Bestellung ist davon nicht betroffen.', 'Weiter'],
  fr: [
    'La contribution environnementale n’est pas disponible. Votre commande n’est pas concernée.',
    'Continuer',
  ],
  es: ['La contribución ambiental no está disponible ahora. Su pedido no se ve afectado.', 'Continuar'],
  it: ['Il contributo ambientale non è disponibile ora. Il tuo ordine non ne risente.', 'Continua'],
  nl: ['De milieubijdrage is nu niet beschikbaar. Dit heeft geen gevolgen voor uw bestelling.', 'Doorgaan'],
  pt: ['A contribuição ambiental não está disponível agora. A sua compra não é afetada.', 'Continuar'],
  pl: ['Wpłata na środowisko jest teraz niedostępna. Nie ma to wpływu na Twoje zamówienie.', 'Dalej'],
  sv: ['Miljöbidraget är inte tillgängligt just nu. Din beställning påverkas inte.', 'Fortsätt'],
  ja: ['環境への支援は現在ご利用いただけません。ご注文に影響はありません。', '次へ'],
  ar: ['المساهمة البيئية غير متاحة الآن. لا يتأثر طلبك بذلك.', 'متابعة'],
}

export function wordsFor(locale: string | undefined): Words {
  const language = (locale ?? 'en').toLowerCase().split('-')[0]!
  const [unavailable, onwards] = languages[Object.hasOwn(languages, language) ? language : 'en']!
  return { unavailable, onwards }
}
