import type { LocaleTexts } from "./locale-texts.ts";

export const german: LocaleTexts = {
  options: {
    "max-count": { name: "höchstzahl", description: "Für Kanal oder Server: höchstens so viele Bilder auf einmal" },
    "max-steps": { name: "höchstschritte", description: "Für Kanal oder Server: höchstens so viele Schritte" },
    "max-waiting": {
      name: "höchstwartende",
      description: "Für Kanal oder Server: höchstens so viele wartende Anfragen einer Person",
    },
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
    "best-of": { name: "auswahl", description: "So viele Entwürfe je Bild; die passendsten bleiben" },
    image: { name: "bild", description: "Ein eigenes Bild, von dem ausgegangen wird" },
    sketch: {
      name: "skizze",
      description: "Dein Bild ist eine Zeichnung: Linien werden, was du nennst, farbige Formen bleiben",
    },
    job: {
      name: "auftrag",
      description: "Oder ein Auftrag von hier: seine Nummer, aus /history oder unter den Bildern",
    },
    picture: { name: "nummer", description: "Welches Bild des Auftrags; sonst das erste" },
  },
  commands: {
    imagine: { name: "zeichne", description: "Bilder aus Worten malen" },
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
      description: "Deine fertigen Bilder, die neuesten zuerst, oder deine Favoriten",
      options: {
        which: { name: "welche", description: "Alle, oder was du als Favorit markiert hast" },
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
        for: {
          name: "für",
          description: "Wessen: deine eigenen oder (für die Moderation) die des Kanals oder Servers",
        },
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
      description: "Für Moderatoren: was wartet, Sperren, Löschungen, Grenzen, das Modell, Notschalter",
      options: {
        action: { name: "aktion", description: "Was zu tun ist" },
        person: { name: "person", description: "Wen, durch Erwähnung oder Nummer" },
        job: { name: "auftrag", description: "Welche Anfrage" },
        hours: { name: "stunden", description: "Wie lange eine Sperre gilt oder wie weit gelöscht wird" },
        reason: { name: "grund", description: "Warum; die Person liest es" },
        yes: { name: "ja", description: "Wirklich löschen" },
        model: { name: "modell", description: "model-use: welches Modell zeichnet, wo keines genannt ist" },
      },
    },
    blend: {
      name: "mische",
      description: "Ein Bild aus zwei bis fünf anderen",
      options: {
        jobs: { name: "aufträge", description: "Bilder von hier: Auftragsnummern, mit :2 für das zweite Bild" },
        image: { name: "bild", description: "Dein 1. eigenes Bild" },
        image2: { name: "bild2", description: "Dein 2. eigenes Bild" },
        image3: { name: "bild3", description: "Dein 3. eigenes Bild" },
        image4: { name: "bild4", description: "Dein 4. eigenes Bild" },
        image5: { name: "bild5", description: "Dein 5. eigenes Bild" },
        prompt: { name: "beschreibung", description: "Was die Mischung zeigen soll; sonst, was die Bilder zeigen" },
        weights: { name: "gewichte", description: "Wie viel jedes Bild zählt: eine Zahl für jedes, der Reihe nach" },
      },
    },
    describe: { name: "beschreibe", description: "Was ein Bild zeigt und wie es entstand, soweit man das wissen kann" },
    edit: {
      name: "bearbeite",
      description: "Ein Bild ändern: anders malen, teilweise neu, erweitern",
      options: {
        prompt: { name: "beschreibung", description: "Was daraus werden soll" },
        mode: { name: "art", description: "Was damit geschieht; sonst, was die anderen Angaben verlangen" },
        mask: { name: "maske", description: "inpaint: ein Bild, das weiß ist, wo sich etwas ändern darf" },
        region: { name: "bereich", description: "inpaint: der Teil, der sich ändern darf" },
        direction: { name: "richtung", description: "outpaint: wohin es wächst" },
        zoom: { name: "zoom", description: "outpaint: wievielmal breiter oder höher es wird" },
      },
    },
    upscale: {
      name: "vergrößere",
      description: "Ein Bild größer machen",
      options: {
        factor: { name: "faktor", description: "Wievielmal größer; sonst doppelt" },
      },
    },
    teach: {
      name: "lehre",
      description: "Diesem Ort etwas Eigenes beibringen, mit einem Bild; ohne Angaben, was er kennt",
      options: {
        name: { name: "name", description: "Wie das Ding in Beschreibungen heißt" },
        image: { name: "bild", description: "Ein Bild davon, durchsichtig oder auf einfarbigem Grund" },
        emoji: { name: "emoji", description: "Oder ein Emoji dieses Servers" },
        remove: { name: "entfernen", description: "Ein Ding vergessen, bei seinem Namen" },
        members: { name: "mitglieder", description: "Ob auch Mitglieder etwas beibringen dürfen (nur Moderatoren)" },
      },
    },
  },
};
