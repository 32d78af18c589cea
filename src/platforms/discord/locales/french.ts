import type { LocaleTexts } from "./locale-texts.ts";

export const french: LocaleTexts = {
  imagine: {
    name: "imagine",
    description: "Dessiner des images à partir de mots",
    options: {
      prompt: { name: "description", description: "Ce qu'il faut dessiner" },
      negative: { name: "sans", description: "Ce qui ne doit pas être dans l'image" },
      ar: { name: "proportions", description: "Proportions au lieu d'une taille" },
      size: { name: "taille", description: "Largeur x hauteur en pixels" },
      count: { name: "nombre", description: "Combien d'images" },
      seed: { name: "graine", description: "Même graine, même image" },
      steps: { name: "étapes", description: "Étapes de débruitage" },
      guidance: { name: "fidélité", description: "Suivre la description plus ou moins près" },
      model: { name: "modèle", description: "Le modèle qui dessine" },
      style: { name: "style", description: "Le style" },
      sampler: { name: "sampler", description: "Le planificateur des étapes" },
      strength: { name: "force", description: "Combien une image de départ peut changer" },
      tile: { name: "motif", description: "Bords qui se répètent sans couture" },
      private: { name: "privé", description: "Vous seul voyez la réponse" },
    },
  },
  cancel: {
    name: "annuler",
    description: "Arrêter une de vos demandes, ou toutes",
    options: {
      job: { name: "demande", description: "Son numéro dans /queue, ou all ; sinon la dernière" },
    },
  },
  help: {
    name: "aide",
    description: "Ce que je sais faire",
    options: {
      command: { name: "commande", description: "En savoir plus sur celle-ci" },
    },
  },
  history: {
    name: "historique",
    description: "Vos images terminées, les plus récentes d'abord",
    options: {
      count: { name: "nombre", description: "Combien de demandes" },
    },
  },
  models: {
    name: "modèles",
    description: "Les modèles qui dessinent, et ce qu'ils savent faire",
    options: {
      model: { name: "modèle", description: "Tout sur celui-ci" },
    },
  },
  queue: {
    name: "file",
    description: "Ce qui attend et ce qui est en cours",
  },
  settings: {
    name: "réglages",
    description: "Vos valeurs par défaut pour /imagine ; sans option, les montre",
    options: {
      model: { name: "modèle", description: "Le modèle qui dessine" },
      style: { name: "style", description: "Le style" },
      count: { name: "nombre", description: "Combien d'images" },
      ar: { name: "proportions", description: "Proportions au lieu d'une taille" },
      private: { name: "privé", description: "Vous seul voyez la réponse" },
      reset: { name: "réinitialiser", description: "Tout oublier ; ce que vous donnez avec reste" },
    },
  },
  show: {
    name: "montrer",
    description: "Revoir une demande : images, réglages, boutons",
    options: {
      job: { name: "demande", description: "Son numéro, dans /history ou sous ses images" },
    },
  },
  styles: {
    name: "styles",
    description: "Les styles possibles",
  },
  privacy: {
    name: "confidentialité",
    description: "Ce qui est stocké sur vous, comment l'obtenir et le faire supprimer",
    options: {
      action: { name: "action", description: "show, export ou delete" },
      yes: { name: "oui", description: "Vraiment supprimer ; c'est définitif" },
    },
  },
  report: {
    name: "signaler",
    description: "Signaler aux modérateurs une image qui n'a rien à faire ici",
    options: {
      job: { name: "demande", description: "Son numéro, le dernier mot sous l'image" },
      reason: { name: "raison", description: "Ce qui ne va pas" },
    },
  },
  verify: {
    name: "vérifier",
    description: "D'où vient une image : certificats, filigrane et mentions",
  },
  admin: {
    name: "gestion",
    description: "Pour les modérateurs : ce qui attend, bannissements, purges, arrêt",
    options: {
      action: { name: "action", description: "Ce qu'il faut faire" },
      person: { name: "personne", description: "Qui, par mention ou numéro" },
      job: { name: "demande", description: "Quelle demande" },
      hours: { name: "heures", description: "Durée d'un bannissement, ou étendue d'une purge" },
      reason: { name: "raison", description: "Pourquoi ; la personne le lit" },
      yes: { name: "oui", description: "Vraiment purger" },
    },
  },
};
