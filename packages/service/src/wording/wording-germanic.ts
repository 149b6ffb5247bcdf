/** The banned wordings in English, German, Dutch and Swedish. How the patterns are read: wording.ts. */
import type { Patterns } from './wording.ts'

export const en: Patterns = {
  neutral: [
    '(carbon|climate|co2|co2e|emission*|ghg|greenhouse gas) neutral*',
    '(net|nett) (zero|0) (order|purchase|product|deliver*|shipping|checkout|shop*|emission*|carbon|impact|footprint)',
    '(carbon|climate|co2|emission*|footprint) (free|zero)',
    '(zero|no) (carbon|climate|co2|emission*) (footprint|impact|order|purchase|product|deliver*|shipping)?',
    'neutral (carbon|climate|co2) (footprint|impact)?',
  ],
  positive: [
    '(climate|carbon|nature|planet) positive*',
    'carbon negative*',
    '(restor|heal|sav)(e|es|ing) the (planet|earth|climate)',
  ],
  generic: [
    'green(er|est)?(?! (turtle|belt|space|tea|bean|pea|pepper|light|roof|alga|river|island|claims|jay|woodpecker))',
    '(eco|environment*|climate|planet|earth|nature) friendly',
    '(eco|environment*|climate|planet|earth) (conscious|responsible|safe|sound|smart)',
    'sustainab* (order*|purchase*|product*|choice*|shop*|shipping|deliver*|brand*|checkout)',
    '(shop|buy|order|choose|ship|deliver*|purchas*) (more )?sustainab*',
    '(good|better|kind|kinder|great) (for|to) (the|our) (planet|environment|climate|earth)',
  ],
  offset: [
    '(carbon|co2|emission*|climate)? offset(s|ting|ted)?',
    '(neutrali[sz]|compensat|cancel|counterbalanc|eras|undo|balanc)(e|es|ed|ing|ling|led|s)?( out)? … (carbon|co2|emission*|footprint|purchase|order|shopping|impact)',
    '(carbon|co2|emission*|footprint|purchase|order) … (neutrali[sz]|compensat|cancel)(ed|led|es)( out)?',
    '(carbon|climate|co2) compensat*',
  ],
  tree: [
    '(purchase|order|you|your|contribution|gift) … plant(s|ed|ing)? … tree*',
    'plant(s|ed|ing)? … tree* … (purchase|order|contribution|sale|item)*',
    '(buy|order|purchase) one … (plant|tree)*',
  ],
  label: [
    '(eco|green|climate|sustainab*|environment*|planet) (label|badge|seal|certified|approved|logo)*',
    '(certified|verified) (eco|climate|carbon neutral|sustainab*)',
  ],
}

export const de: Patterns = {
  neutral: [
    '(klima|co2|emissions|treibhausgas|carbon|umwelt) neutral*',
    '(klima|co2|emissions) (frei|los)(e|er|es|en|em)?',
    'netto null',
    '(ohne|null|keine*) (co2|emissionen|fussabdruck)',
  ],
  positive: [
    '(klima|co2|natur|umwelt) positiv*',
    '(rette|retten|rettet|heilt|heilen) … (klima|planet*|erde)',
  ],
  generic: [
    '(umwelt|klima|oko|natur) (freundlich|schonend|bewusst|gerecht|vertraglich)*',
    'grun(e|er|en|es)? (bestell|einkauf|produkt|versand|liefer|wahl|shop|einkaufen|marke)*',
    '(bestell|einkauf|kauf|shopp)* … grun(er)?',
    'nachhaltig(e|er|en|es)? (bestell|einkauf|produkt|versand|liefer|shop|kauf|marke)*',
    'gut fur (die|das|den|unsere|unseren) (umwelt|klima|planeten|erde)',
    'okologisch(e|er|en|es)? (bestell|einkauf|produkt|versand|wahl)*',
  ],
  offset: [
    '(klima|co2|emissions|carbon) (kompens|ausgleich|ausgeglichen|ausgleichen)*',
    '(kompensier|neutralisier)* … (co2|emission*|fussabdruck|einkauf*|bestellung*|kauf*|klima*)',
    '(co2|emission*|fussabdruck|einkauf*|bestellung*|kauf) … (kompensier|neutralisier|ausgleich|ausgeglichen|aufgehoben|wettgemacht|wettmach)*',
    '(gleich*|gleichen|glich*) … (co2|emission*|fussabdruck|einkauf*|bestellung*) … aus',
  ],
  tree: [
    '(einkauf|bestellung|kauf|beitrag) … pflanz* … baum*',
    '(einkauf|bestellung|kauf|beitrag) … baum* … (ge)?pflanz*',
    '(ein|einen) baum pro (einkauf|bestellung|kauf)',
  ],
  label: [
    '(oko|umwelt|klima|nachhaltigkeits|grunes) (siegel|label|zeichen|abzeichen|plakette|zertifikat|zertifiziert)*',
  ],
}

export const nl: Patterns = {
  neutral: [
    '(klimaat|co2|koolstof|emissie|milieu) neutra(al|le)',
    '(co2|emissie|klimaat) (vrij|loos|loze|vrije)',
    'netto nul',
    '(geen|nul) (co2|uitstoot|voetafdruk)',
  ],
  positive: [
    '(klimaat|co2|natuur) positie(f|ve)',
    '(red|redt|redden|genees|genezen) … (planeet|klimaat|aarde)',
  ],
  generic: [
    '(milieu|klimaat|natuur|eco|planeet) (vriendelijk|bewust|verantwoord)e?',
    'groen(e|er|ere)? (bestelling|aankoop|product|verzending|bezorging|keuze|winkelen|merk)(en)?',
    'duurza(am|me) (bestelling|aankoop|product|verzending|bezorging|keuze|winkelen|merk)(en)?',
    'goed voor (het|de|onze) (milieu|klimaat|planeet|aarde|natuur)',
  ],
  offset: [
    '(klimaat|co2|koolstof|emissie) (compens)*',
    '(compenseer|compenseert|compenseren|gecompenseerd|neutraliseer|neutraliseert|neutraliseren) … (co2|uitstoot|emissies?|voetafdruk|aankoop|bestelling|klimaat*)',
    '(co2|uitstoot|emissies?|voetafdruk|aankoop|bestelling) … (compenseer|compenseert|compenseren|gecompenseerd|geneutraliseerd|neutraliseren|opgeheven|tenietgedaan)',
  ],
  tree: [
    '(aankoop|bestelling|bijdrage) … (plant|plantte|planten|geplant) … (boom|bomen)',
    '(aankoop|bestelling|bijdrage) … (boom|bomen) … (plant|planten|geplant)',
  ],
  label: ['(eco|milieu|klimaat|duurzaamheids|groen) (keurmerk|label|zegel|badge|certificaat|logo)*'],
}

export const sv: Patterns = {
  neutral: [
    '(klimat|co2|koldioxid|utslapps) neutral*',
    '(klimat|co2|koldioxid|utslapps) (fri|fria|fritt)',
    'netto noll',
    '(noll|inga|utan) (utslapp|klimatavtryck|co2)',
  ],
  positive: ['(klimat|natur|koldioxid) positiv*', '(radda|raddar|lakar) … (planeten|klimatet|jorden)'],
  generic: [
    '(miljo|klimat|natur|eko) (vanlig|smart|medveten|medvetet|medvetna|ansvarig)(a|t)?',
    'gron(a|t|are)? (bestallning|kop|produkt|frakt|leverans|val|shopping)*',
    'hallbar(a|t|are)? (bestallning|kop|produkt|frakt|leverans|val|shopping)*',
    'bra for (miljon|klimatet|planeten|jorden|naturen)',
  ],
  offset: [
    '(klimat|co2|koldioxid) (kompens)*',
    '(kompensera|kompenserar|kompenserat|neutralisera|neutraliserar|uppvag*) … (co2|koldioxid|utslapp*|avtryck*|klimatavtryck*|kop|kopet|bestallning*)',
    '(co2|koldioxid|utslapp*|avtryck*|klimatavtryck*|kopet|bestallning*) … (kompensera|kompenserar|kompenserat|kompenserats|neutralisera|neutraliseras|neutraliserats)',
  ],
  tree: [
    '(kop|kopet|bestallning|du|bidrag|bidraget) … plantera(r|de|t|s)? … trad*',
    '(ett|1) trad (per|for varje) (kop|bestallning)',
  ],
  label: [
    '(miljo|eko|klimat|hallbarhets) (markning|marke|markt|market|etikett|stampel|certifierad|certifikat)*',
  ],
}
