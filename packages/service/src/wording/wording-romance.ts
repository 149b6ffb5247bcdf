/** The banned wordings in French, Spanish, Italian and Portuguese. How the patterns are read: wording.ts. */
import type { Patterns } from './wording.ts'

export const fr: Patterns = {
  neutral: [
    '(neutre|neutres) (en|pour le|sur le) (carbone|climat|co2)',
    '(carbone|climat|co2|climatiquement) (neutre|neutres)',
    'neutralite (carbone|climatique)',
    '(zero|sans) (emission*|carbone|co2|empreinte)',
    'net zero',
  ],
  positive: [
    '(climat|carbone|climatiquement) (positif|positive)s?',
    '(sauv|repar|soign)* … (la planete|le climat)',
  ],
  generic: [
    '(eco|ecolo) (responsable|friendly|conscient|citoyen)*',
    '(achat|commande|livraison|produit|choix|panier)s? … ecologique*',
    '(respectueu|bon|bonne|ami|amie)* (de|pour) (l environnement|la planete|le climat|la nature)',
    '(achat|commande|livraison|produit|choix|panier)s? (plus )?(vert|verte|durable|responsable)s?',
  ],
  offset: [
    'compens* … (carbone|co2|emission*|empreinte|achat|commande|climat)',
    '(carbone|co2|emission*|empreinte|achat|commande) … (compens|neutralis|annul)(e|es|ee|ees|er|ez|ons|ent)',
    '(neutralis|annul|effac)(e|es|er|ez|ons|ent) … (carbone|co2|emission*|empreinte|achat|commande|impact)',
    'compensation (carbone|climat*)',
  ],
  tree: [
    '(achat|commande|vous|contribution) … plant(e|es|ee|er|ons|ez|ent) … arbre*',
    '(un|1) arbre (plante )?(par|pour chaque|a chaque) (achat|commande)',
  ],
  label: [
    '(eco ?label|label (vert|ecologique|eco|durable)|badge (vert|eco|climat)|certifie (eco|vert|durable))*',
  ],
}

export const es: Patterns = {
  neutral: [
    '(neutr(o|a|os|as|al|ales)) (en|para el) (carbono|clima|co2|emisiones)',
    '(carbono|climaticamente|clima|co2) neutr(o|a|os|as|al|ales)',
    'neutralidad (de|en)? (carbono|climatica)',
    '(cero|zero|sin) (emisiones|carbono|co2|huella)',
  ],
  positive: [
    '(clima|carbono|climaticamente) positiv(o|a|os|as)',
    '(salv|cur)(a|amos|ar|e|as) … (el planeta|el clima|la tierra)',
  ],
  generic: [
    '(eco) (amigable|friendly|responsable|consciente)s?',
    '(respetuos(o|a|os|as)|amigable|amigables|buen(o|a|os|as)) (con|para) (el|la|nuestro) (medio ambiente|medioambiente|planeta|clima|naturaleza)',
    '(compra|pedido|envio|entrega|producto|eleccion|opcion)s? (mas )?(verde|sostenible|sustentable|responsable|ecologico|ecologica)s?',
  ],
  offset: [
    '(compens|neutraliz|anul|contrarrest)(a|as|amos|an|ar|e|es|en|ado|ada|acion) … (carbono|co2|emision|emisiones|huella|compra|pedido|impacto)',
    '(carbono|co2|emisiones|huella|compra|pedido) … (compens|neutraliz|anul)(ad)(o|a|os|as)',
    'compensacion (de)? (carbono|climatica|co2|emisiones)',
  ],
  tree: [
    '(compra|pedido|usted|contribucion) … plant(a|o|amos|ar|aste|aremos|ado|an) … arbol*',
    '(un|1) arbol por (compra|pedido|cada)',
  ],
  label: [
    '(etiqueta|sello|insignia|certificado) (ecologic(o|a)|verde|eco|sostenible|climatic(o|a))',
    'ecoetiqueta*',
  ],
}

export const it: Patterns = {
  neutral: [
    '(carbonio|climaticamente|clima|co2) neutr(o|a|i|e|ale|ali)',
    '(neutr(o|a|i|e|ale|ali)) (per|dal punto di vista|sul|in) (il )?(carbonio|clima|co2)',
    'neutralita (carbonica|climatica|del carbonio)',
    '(zero|senza|a zero) (emissioni|carbonio|co2|impatto|impronta)',
  ],
  positive: [
    '(clima|carbonio|climaticamente) positiv(o|a|i|e)',
    '(salva|salviamo|salvare|cura|curiamo) … (il pianeta|il clima|la terra)',
  ],
  generic: [
    '(eco) (friendly|sostenibil(e|i)|compatibil(e|i)|responsabil(e|i))',
    '(rispettos(o|a|i|e)|amic(o|a|i|he)|buon(o|a|i|e)) (del|dell|per) (l )?(ambiente|pianeta|il pianeta|clima|il clima|natura)',
    '(acquisto|ordine|spedizione|consegna|prodotto|scelta)s? (piu )?(verde|verdi|green|sostenibile|sostenibili|ecologic(o|a|i|he))',
  ],
  offset: [
    '(compens|neutralizz|annull|azzer)(a|i|o|iamo|ano|are|ato|ata|azione) … (carbonio|co2|emission(e|i)|impronta|acquisto|ordine|impatto)',
    '(carbonio|co2|emissioni|impronta|acquisto|ordine) … (compens|neutralizz|annull|azzer)at(o|a|i|e)',
    'compensazione (del|della|delle)? (carbonio|co2|emissioni|climatica)',
  ],
  tree: [
    '(acquisto|ordine|tu|contributo) … piant(a|i|o|iamo|are|ato|eremo|ano) … alber(o|i)',
    '(un|1) albero (per|a) (ogni )?(acquisto|ordine)',
  ],
  label: [
    '(etichetta|marchio|bollino|badge) (ecologic(o|a)|verde|eco|green|sostenibile|climatic(o|a))',
    'ecolabel*',
  ],
}

export const pt: Patterns = {
  neutral: [
    '(carbono|climaticamente|clima|co2) neutr(o|a|os|as|al|ais)',
    'neutr(o|a|os|as|al) (em|para o) (carbono|clima|co2)',
    'neutralidade (de|em)? (carbono|climatica)',
    '(zero|sem) (emissoes|carbono|co2|pegada)',
  ],
  positive: [
    '(clima|carbono|climaticamente) positiv(o|a|os|as)',
    '(salv|cur)(a|amos|ar|e|as) … (o planeta|o clima|a terra)',
  ],
  generic: [
    '(eco) (amigavel|friendly|responsavel|consciente)',
    '(amig(o|a|avel)|respeit(a|oso|osa)|bo(m|a)) (do|para o|com o|o) (ambiente|meio ambiente|planeta|clima)',
    '(compra|encomenda|pedido|envio|entrega|produto|escolha)s? (mais )?(verde|sustentavel|ecologic(o|a))s?',
  ],
  offset: [
    '(compens|neutraliz|anul)(a|as|amos|am|ar|e|es|em|ado|ada|acao) … (carbono|co2|emissao|emissoes|pegada|compra|encomenda|pedido|impacto)',
    '(carbono|co2|emissoes|pegada|compra|encomenda|pedido) … (compens|neutraliz|anul)ad(o|a|os|as)',
    'compensacao (de)? (carbono|climatica|co2|emissoes)',
  ],
  tree: [
    '(compra|encomenda|pedido|voce|contribuicao) … plant(a|ou|amos|ar|aremos|ado|am) … arvore*',
    '(uma|1) arvore por (compra|encomenda|pedido|cada)',
  ],
  label: ['(rotulo|selo|etiqueta|certificado) (ecologic(o|a)|verde|eco|sustentavel|climatic(o|a))'],
}
