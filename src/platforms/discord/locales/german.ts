import type { LocaleTexts } from "./locale-texts.ts";

export const german: LocaleTexts = {
  imagine: {
    name: "zeichne",
    description: "Bilder aus Worten malen",
    options: {
      prompt: { name: "beschreibung", description: "Was gezeichnet werden soll" },
      negative: { name: "ohne", description: "Was nicht im Bild sein soll" },
      ar: { name: "seitenverhältnis", description: "Seitenverhältnis statt einer Größe" },
      size: { name: "größe", description: "Breite x Höhe in Pixeln" },
      count: { name: "anzahl", description: "Wie viele Bilder" },
      seed: { name: "startwert", description: "Gleicher Startwert, gleiches Bild" },
      steps: { name: "schritte", description: "Schritte beim Entrauschen" },
      guidance: { name: "treue", description: "Wie genau der Beschreibung gefolgt wird" },
      model: { name: "modell", description: "Welches Modell zeichnet" },
      style: { name: "stil", description: "Welcher Stil" },
      sampler: { name: "sampler", description: "Welcher Scheduler die Schritte macht" },
      strength: { name: "stärke", description: "Wie stark sich ein Eingabebild ändern darf" },
      tile: { name: "kachel", description: "Ränder, die nahtlos aneinanderpassen" },
      private: { name: "privat", description: "Nur du siehst die Antwort" },
    },
  },
  cancel: {
    name: "abbrechen",
    description: "Eine deiner Anfragen anhalten, oder alle",
    options: {
      job: { name: "auftrag", description: "Seine Nummer aus /queue, oder all; sonst dein neuester" },
    },
  },
  help: {
    name: "hilfe",
    description: "Was ich kann",
    options: {
      command: { name: "befehl", description: "Mehr über diesen" },
    },
  },
  history: {
    name: "verlauf",
    description: "Deine fertigen Bilder, die neuesten zuerst",
    options: {
      count: { name: "anzahl", description: "Wie viele Anfragen" },
    },
  },
  models: {
    name: "modelle",
    description: "Die Modelle, die zeichnen, und was sie können",
    options: {
      model: { name: "modell", description: "Alles über dieses" },
    },
  },
  queue: {
    name: "warteschlange",
    description: "Was wartet und was gerade gezeichnet wird",
  },
  settings: {
    name: "einstellungen",
    description: "Deine Vorgaben für /imagine; ohne Angaben werden sie gezeigt",
    options: {
      model: { name: "modell", description: "Welches Modell zeichnet" },
      style: { name: "stil", description: "Welcher Stil" },
      count: { name: "anzahl", description: "Wie viele Bilder" },
      ar: { name: "seitenverhältnis", description: "Seitenverhältnis statt einer Größe" },
      private: { name: "privat", description: "Nur du siehst die Antwort" },
      reset: { name: "zurücksetzen", description: "Alle vergessen; was du dabei angibst, bleibt" },
    },
  },
  show: {
    name: "zeige",
    description: "Eine Anfrage noch einmal zeigen: Bilder, Angaben, Knöpfe",
    options: {
      job: { name: "auftrag", description: "Seine Nummer, aus /history oder unter seinen Bildern" },
    },
  },
  styles: {
    name: "stile",
    description: "Die Stile, in denen gezeichnet werden kann",
  },
  privacy: {
    name: "datenschutz",
    description: "Was über dich gespeichert ist, wie du es bekommst und löschen lässt",
    options: {
      action: { name: "aktion", description: "show, export oder delete" },
      yes: { name: "ja", description: "Wirklich löschen; es gibt kein Zurück" },
    },
  },
  report: {
    name: "melden",
    description: "Den Moderatoren ein Bild melden, das nicht hierher gehört",
    options: {
      job: { name: "auftrag", description: "Seine Nummer, das letzte Wort unter dem Bild" },
      reason: { name: "grund", description: "Was daran falsch ist" },
    },
  },
  verify: {
    name: "prüfen",
    description: "Woher ein Bild kommt: Herkunftsnachweis, Wasserzeichen und Angaben",
  },
  admin: {
    name: "verwaltung",
    description: "Für Moderatoren: was wartet, Sperren, Löschungen, Notschalter",
    options: {
      action: { name: "aktion", description: "Was zu tun ist" },
      person: { name: "person", description: "Wen, durch Erwähnung oder Nummer" },
      job: { name: "auftrag", description: "Welche Anfrage" },
      hours: { name: "stunden", description: "Wie lange eine Sperre gilt oder wie weit gelöscht wird" },
      reason: { name: "grund", description: "Warum; die Person liest es" },
      yes: { name: "ja", description: "Wirklich löschen" },
    },
  },
};
