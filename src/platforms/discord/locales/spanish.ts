import type { LocaleTexts } from "./locale-texts.ts";

export const spanish: LocaleTexts = {
  imagine: {
    name: "imagina",
    description: "Dibujar imágenes a partir de palabras",
    options: {
      prompt: { name: "descripción", description: "Qué dibujar" },
      negative: { name: "sin", description: "Qué no debe estar en la imagen" },
      ar: { name: "proporción", description: "Proporción en lugar de un tamaño" },
      size: { name: "tamaño", description: "Ancho x alto en píxeles" },
      count: { name: "cantidad", description: "Cuántas imágenes" },
      seed: { name: "semilla", description: "Misma semilla, misma imagen" },
      steps: { name: "pasos", description: "Pasos de eliminación de ruido" },
      guidance: { name: "fidelidad", description: "Cuánto seguir la descripción" },
      model: { name: "modelo", description: "Qué modelo dibuja" },
      style: { name: "estilo", description: "Qué estilo" },
      sampler: { name: "sampler", description: "Qué planificador da los pasos" },
      strength: { name: "fuerza", description: "Cuánto puede cambiar una imagen de partida" },
      tile: { name: "mosaico", description: "Bordes que se repiten sin costuras" },
      private: { name: "privado", description: "Solo tú ves la respuesta" },
    },
  },
  cancel: {
    name: "cancelar",
    description: "Detener una de tus peticiones, o todas",
    options: {
      job: { name: "petición", description: "Su número en /queue, o all; si no, la última" },
    },
  },
  help: {
    name: "ayuda",
    description: "Lo que sé hacer",
    options: {
      command: { name: "comando", description: "Más sobre este" },
    },
  },
  history: {
    name: "historial",
    description: "Tus imágenes terminadas, las más nuevas primero",
    options: {
      count: { name: "cantidad", description: "Cuántas peticiones" },
    },
  },
  models: {
    name: "modelos",
    description: "Los modelos que dibujan y lo que saben hacer",
    options: {
      model: { name: "modelo", description: "Todo sobre este" },
    },
  },
  queue: {
    name: "cola",
    description: "Lo que espera y lo que se está dibujando",
  },
  settings: {
    name: "ajustes",
    description: "Tus valores para /imagine; sin opciones, los muestra",
    options: {
      model: { name: "modelo", description: "Qué modelo dibuja" },
      style: { name: "estilo", description: "Qué estilo" },
      count: { name: "cantidad", description: "Cuántas imágenes" },
      ar: { name: "proporción", description: "Proporción en lugar de un tamaño" },
      private: { name: "privado", description: "Solo tú ves la respuesta" },
      reset: { name: "restablecer", description: "Olvidarlos todos; lo que indiques se queda" },
    },
  },
  show: {
    name: "mostrar",
    description: "Ver otra vez una petición: imágenes, ajustes y botones",
    options: {
      job: { name: "petición", description: "Su número, en /history o bajo sus imágenes" },
    },
  },
  styles: {
    name: "estilos",
    description: "Los estilos posibles",
  },
  privacy: {
    name: "privacidad",
    description: "Qué se guarda sobre ti, cómo obtenerlo y cómo borrarlo",
    options: {
      action: { name: "acción", description: "show, export o delete" },
      yes: { name: "sí", description: "Borrar de verdad; no hay vuelta atrás" },
    },
  },
  report: {
    name: "denunciar",
    description: "Avisar a los moderadores de una imagen que no debería estar aquí",
    options: {
      job: { name: "petición", description: "Su número, la última palabra bajo la imagen" },
      reason: { name: "motivo", description: "Qué tiene de malo" },
    },
  },
  verify: {
    name: "verificar",
    description: "De dónde viene una imagen: credenciales, marca de agua y datos",
  },
  admin: {
    name: "administrar",
    description: "Para moderadores: lo pendiente, vetos, purgas, interruptor",
    options: {
      action: { name: "acción", description: "Qué hacer" },
      person: { name: "persona", description: "A quién, por mención o número" },
      job: { name: "petición", description: "Qué petición" },
      hours: { name: "horas", description: "Cuánto dura un veto, o hasta dónde llega una purga" },
      reason: { name: "motivo", description: "Por qué; la persona lo lee" },
      yes: { name: "sí", description: "Purgar de verdad" },
    },
  },
};
