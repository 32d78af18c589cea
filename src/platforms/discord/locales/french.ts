import type { LocaleTexts } from "./locale-texts.ts";

export const french: LocaleTexts = {
  options: {
    "max-count": { name: "max-images", description: "Pour un salon ou serveur : au plus tant d'images à la fois" },
    "max-steps": { name: "max-étapes", description: "Pour un salon ou serveur : au plus tant d'étapes" },
    "max-waiting": {
      name: "max-attente",
      description: "Pour un salon ou serveur : au plus tant de demandes en attente par personne",
    },
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
    "best-of": { name: "sélection", description: "Nombre d'essais par image ; les plus fidèles restent" },
    image: { name: "image", description: "Une image à vous comme point de départ" },
    sketch: {
      name: "croquis",
      description: "Votre image est un dessin : ses traits deviennent ce que vous nommez, les aplats restent",
    },
    job: { name: "demande", description: "Ou une demande d'ici : son numéro, dans /history ou sous ses images" },
    picture: { name: "numéro", description: "Laquelle des images de la demande ; sinon la première" },
  },
  commands: {
    imagine: { name: "imagine", description: "Dessiner des images à partir de mots" },
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
      description: "Vos images terminées, les plus récentes d'abord, ou vos favorites",
      options: {
        which: { name: "lesquelles", description: "Toutes, ou celles que vous avez marquées comme favorites" },
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
        for: { name: "pour", description: "Lesquels : les vôtres ou (pour la modération) ceux du salon ou du serveur" },
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
      description: "Pour les modérateurs : ce qui attend, bannissements, purges, limites, modèle, arrêt",
      options: {
        action: { name: "action", description: "Ce qu'il faut faire" },
        person: { name: "personne", description: "Qui, par mention ou numéro" },
        job: { name: "demande", description: "Quelle demande" },
        hours: { name: "heures", description: "Durée d'un bannissement, ou étendue d'une purge" },
        reason: { name: "raison", description: "Pourquoi ; la personne le lit" },
        yes: { name: "oui", description: "Vraiment purger" },
        model: { name: "modèle", description: "model-use : le modèle qui dessine quand aucun n'est nommé" },
      },
    },
    blend: {
      name: "mélange",
      description: "Une seule image à partir de deux à cinq",
      options: {
        jobs: { name: "demandes", description: "Images d'ici : numéros de demandes, avec :2 pour la deuxième image" },
        image: { name: "image", description: "Votre image numéro 1" },
        image2: { name: "image2", description: "Votre image numéro 2" },
        image3: { name: "image3", description: "Votre image numéro 3" },
        image4: { name: "image4", description: "Votre image numéro 4" },
        image5: { name: "image5", description: "Votre image numéro 5" },
        prompt: {
          name: "description",
          description: "Ce que le mélange doit montrer ; sinon, ce que montrent les images",
        },
        weights: { name: "poids", description: "Combien compte chaque image : un nombre pour chacune, dans l'ordre" },
      },
    },
    describe: {
      name: "décris",
      description: "Ce que montre une image et comment elle a été faite, autant qu'on peut le savoir",
    },
    edit: {
      name: "modifie",
      description: "Changer une image : la redessiner, en refaire une partie, l'agrandir autour",
      options: {
        prompt: { name: "description", description: "Ce qu'elle doit devenir" },
        mode: { name: "action", description: "Que faire de l'image ; sinon, ce que demandent les autres options" },
        mask: { name: "masque", description: "inpaint : une image blanche là où l'on peut changer" },
        region: { name: "zone", description: "inpaint : la partie qui peut changer" },
        direction: { name: "direction", description: "outpaint : de quel côté elle s'étend" },
        zoom: { name: "zoom", description: "outpaint : combien de fois plus large ou plus haute" },
      },
    },
    upscale: {
      name: "agrandis",
      description: "Rendre une image plus grande",
      options: {
        factor: { name: "facteur", description: "Combien de fois plus grande ; sinon deux fois" },
      },
    },
    teach: {
      name: "apprends",
      description: "Apprendre à ce lieu une chose à lui, par une image ; sans option, ce qu'il connaît",
      options: {
        name: { name: "nom", description: "Le nom de la chose dans les descriptions" },
        image: { name: "image", description: "Une image de la chose, transparente ou sur un fond uni" },
        emoji: { name: "emoji", description: "Ou un emoji de ce serveur" },
        remove: { name: "oublier", description: "Oublier une chose par son nom" },
        members: { name: "membres", description: "Si les membres peuvent aussi apprendre (modérateurs seulement)" },
      },
    },
  },
};
