import type { LocaleTexts } from "./locale-texts.ts";

export const spanish: LocaleTexts = {
  options: {
    "max-count": {
      name: "máx-imágenes",
      description: "Para un canal o servidor: como máximo tantas imágenes a la vez",
    },
    "max-steps": { name: "máx-pasos", description: "Para un canal o servidor: como máximo tantos pasos" },
    "max-waiting": {
      name: "máx-espera",
      description: "Para un canal o servidor: como máximo tantas solicitudes en espera por persona",
    },
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
    "best-of": { name: "selección", description: "Cuántos intentos por imagen; quedan los más fieles" },
    image: { name: "imagen", description: "Una imagen tuya como punto de partida" },
    sketch: {
      name: "boceto",
      description: "Tu imagen es un dibujo: sus líneas serán lo que nombres, las formas de color se quedan",
    },
    job: { name: "petición", description: "O una petición de aquí: su número, de /history o bajo sus imágenes" },
    picture: { name: "número", description: "Cuál de las imágenes de la petición; si no, la primera" },
  },
  commands: {
    imagine: { name: "imagina", description: "Dibujar imágenes a partir de palabras" },
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
      description: "Tus imágenes terminadas, las más nuevas primero, o tus favoritas",
      options: {
        which: { name: "cuáles", description: "Todas, o las que marcaste como favoritas" },
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
        for: { name: "para", description: "De quién: tuyos o (para la moderación) del canal o del servidor" },
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
      description: "Para moderadores: lo pendiente, vetos, purgas, límites, modelo, interruptor",
      options: {
        action: { name: "acción", description: "Qué hacer" },
        person: { name: "persona", description: "A quién, por mención o número" },
        job: { name: "petición", description: "Qué petición" },
        hours: { name: "horas", description: "Cuánto dura un veto, o hasta dónde llega una purga" },
        reason: { name: "motivo", description: "Por qué; la persona lo lee" },
        yes: { name: "sí", description: "Purgar de verdad" },
        model: { name: "modelo", description: "model-use: qué modelo dibuja cuando no se nombra ninguno" },
      },
    },
    blend: {
      name: "mezcla",
      description: "Una imagen a partir de dos a cinco",
      options: {
        jobs: {
          name: "peticiones",
          description: "Imágenes de aquí: números de petición, con :2 para la segunda imagen",
        },
        image: { name: "imagen", description: "Tu imagen número 1" },
        image2: { name: "imagen2", description: "Tu imagen número 2" },
        image3: { name: "imagen3", description: "Tu imagen número 3" },
        image4: { name: "imagen4", description: "Tu imagen número 4" },
        image5: { name: "imagen5", description: "Tu imagen número 5" },
        prompt: { name: "descripción", description: "Qué debe mostrar la mezcla; si no, lo que muestran las imágenes" },
        weights: { name: "pesos", description: "Cuánto cuenta cada imagen: un número para cada una, en orden" },
      },
    },
    describe: { name: "describe", description: "Qué muestra una imagen y cómo se hizo, hasta donde se puede saber" },
    edit: {
      name: "edita",
      description: "Cambiar una imagen: redibujarla, rehacer una parte, extenderla",
      options: {
        prompt: { name: "descripción", description: "En qué debe convertirse" },
        mode: { name: "modo", description: "Qué hacer con ella; si no, lo que pidan las otras opciones" },
        mask: { name: "máscara", description: "inpaint: una imagen blanca donde se puede cambiar" },
        region: { name: "zona", description: "inpaint: la parte que puede cambiar" },
        direction: { name: "dirección", description: "outpaint: hacia dónde crece" },
        zoom: { name: "zoom", description: "outpaint: cuántas veces más ancha o alta" },
      },
    },
    upscale: {
      name: "amplía",
      description: "Hacer más grande una imagen",
      options: {
        factor: { name: "factor", description: "Cuántas veces más grande; si no, el doble" },
      },
    },
    teach: {
      name: "enseña",
      description: "Enseñar a este lugar algo propio con una imagen; sin opciones, lo que conoce",
      options: {
        name: { name: "nombre", description: "Cómo se llama en las descripciones" },
        image: { name: "imagen", description: "Una imagen suya, transparente o sobre fondo liso" },
        emoji: { name: "emoji", description: "O un emoji de este servidor" },
        remove: { name: "olvidar", description: "Olvidar algo por su nombre" },
        members: { name: "miembros", description: "Si los miembros también pueden enseñar (solo moderadores)" },
      },
    },
  },
};
