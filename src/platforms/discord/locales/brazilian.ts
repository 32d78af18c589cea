import type { LocaleTexts } from "./locale-texts.ts";

export const brazilian: LocaleTexts = {
  options: {
    "max-count": { name: "máx-imagens", description: "Para um canal ou servidor: no máximo tantas imagens por vez" },
    "max-steps": { name: "máx-passos", description: "Para um canal ou servidor: no máximo tantos passos" },
    "max-waiting": {
      name: "máx-espera",
      description: "Para um canal ou servidor: no máximo tantos pedidos em espera por pessoa",
    },
    prompt: { name: "descrição", description: "O que desenhar" },
    negative: { name: "sem", description: "O que não deve estar na imagem" },
    ar: { name: "proporção", description: "Proporção em vez de um tamanho" },
    size: { name: "tamanho", description: "Largura x altura em pixels" },
    count: { name: "quantidade", description: "Quantas imagens" },
    seed: { name: "semente", description: "Mesma semente, mesma imagem" },
    steps: { name: "passos", description: "Passos de remoção de ruído" },
    guidance: { name: "fidelidade", description: "Quanto seguir a descrição" },
    model: { name: "modelo", description: "Qual modelo desenha" },
    style: { name: "estilo", description: "Qual estilo" },
    sampler: { name: "sampler", description: "Qual agendador dá os passos" },
    strength: { name: "força", description: "Quanto uma imagem de entrada pode mudar" },
    tile: { name: "mosaico", description: "Bordas que se repetem sem emenda" },
    private: { name: "privado", description: "Só você vê a resposta" },
    "best-of": { name: "seleção", description: "Quantas tentativas por imagem; ficam as mais fiéis" },
    image: { name: "imagem", description: "Uma imagem sua como ponto de partida" },
    sketch: {
      name: "esboço",
      description: "Sua imagem é um desenho: as linhas viram o que você pede, formas coloridas ficam",
    },
    job: { name: "pedido", description: "Ou um pedido daqui: o número, em /history ou abaixo das imagens" },
    picture: { name: "número", description: "Qual das imagens do pedido; sem ele, a primeira" },
  },
  commands: {
    imagine: { name: "imagine", description: "Desenhar imagens a partir de palavras" },
    cancel: {
      name: "cancelar",
      description: "Parar um dos seus pedidos, ou todos",
      options: {
        job: { name: "pedido", description: "O número em /queue, ou all; sem ele, o mais novo" },
      },
    },
    help: {
      name: "ajuda",
      description: "O que eu sei fazer",
      options: {
        command: { name: "comando", description: "Mais sobre este" },
      },
    },
    history: {
      name: "histórico",
      description: "Suas imagens prontas, as mais novas primeiro, ou as favoritas",
      options: {
        which: { name: "quais", description: "Todas, ou as que você marcou como favoritas" },
        count: { name: "quantidade", description: "Quantos pedidos" },
      },
    },
    models: {
      name: "modelos",
      description: "Os modelos que desenham e o que sabem fazer",
      options: {
        model: { name: "modelo", description: "Tudo sobre este" },
      },
    },
    queue: {
      name: "fila",
      description: "O que espera e o que está sendo desenhado",
    },
    settings: {
      name: "ajustes",
      description: "Seus valores para /imagine; sem opções, mostra-os",
      options: {
        for: { name: "para", description: "De quem: seus ou (para a moderação) do canal ou do servidor" },
        reset: { name: "redefinir", description: "Esquecer todos; o que você der junto fica" },
      },
    },
    show: {
      name: "mostrar",
      description: "Ver um pedido de novo: imagens, ajustes e botões",
      options: {
        job: { name: "pedido", description: "O número, em /history ou abaixo das imagens" },
      },
    },
    styles: {
      name: "estilos",
      description: "Os estilos possíveis",
    },
    privacy: {
      name: "privacidade",
      description: "O que está guardado sobre você, como obter e como apagar",
      options: {
        action: { name: "ação", description: "show, export ou delete" },
        yes: { name: "sim", description: "Apagar mesmo; não há volta" },
      },
    },
    report: {
      name: "denunciar",
      description: "Avisar os moderadores de uma imagem que não devia estar aqui",
      options: {
        job: { name: "pedido", description: "O número, a última palavra abaixo da imagem" },
        reason: { name: "motivo", description: "O que há de errado" },
      },
    },
    verify: {
      name: "verificar",
      description: "De onde vem uma imagem: credenciais, marca-d'água e dados",
    },
    admin: {
      name: "administrar",
      description: "Para moderadores: o que espera, banimentos, limpezas, limites, modelo, interruptor",
      options: {
        action: { name: "ação", description: "O que fazer" },
        person: { name: "pessoa", description: "Quem, por menção ou número" },
        job: { name: "pedido", description: "Qual pedido" },
        hours: { name: "horas", description: "Quanto dura um banimento, ou até onde vai uma limpeza" },
        reason: { name: "motivo", description: "Por quê; a pessoa lê" },
        yes: { name: "sim", description: "Apagar mesmo" },
        model: { name: "modelo", description: "model-use: qual modelo desenha quando nenhum é citado" },
      },
    },
    blend: {
      name: "misture",
      description: "Uma imagem a partir de duas a cinco",
      options: {
        jobs: { name: "pedidos", description: "Imagens daqui: números de pedidos, com :2 para a segunda imagem" },
        image: { name: "imagem", description: "Sua imagem número 1" },
        image2: { name: "imagem2", description: "Sua imagem número 2" },
        image3: { name: "imagem3", description: "Sua imagem número 3" },
        image4: { name: "imagem4", description: "Sua imagem número 4" },
        image5: { name: "imagem5", description: "Sua imagem número 5" },
        prompt: { name: "descrição", description: "O que a mistura deve mostrar; sem ela, o que as imagens mostram" },
        weights: { name: "pesos", description: "Quanto conta cada imagem: um número para cada uma, em ordem" },
      },
    },
    describe: { name: "descreva", description: "O que uma imagem mostra e como foi feita, até onde se pode saber" },
    edit: {
      name: "edite",
      description: "Mudar uma imagem: redesenhar, refazer uma parte, estender",
      options: {
        prompt: { name: "descrição", description: "No que ela deve se transformar" },
        mode: { name: "modo", description: "O que fazer com ela; sem ele, o que as outras opções pedem" },
        mask: { name: "máscara", description: "inpaint: uma imagem branca onde pode mudar" },
        region: { name: "área", description: "inpaint: a parte que pode mudar" },
        direction: { name: "direção", description: "outpaint: para onde ela cresce" },
        zoom: { name: "zoom", description: "outpaint: quantas vezes mais larga ou mais alta" },
      },
    },
    upscale: {
      name: "amplie",
      description: "Deixar uma imagem maior",
      options: {
        factor: { name: "fator", description: "Quantas vezes maior; sem ele, o dobro" },
      },
    },
    teach: {
      name: "ensine",
      description: "Ensinar a este lugar algo só dele com uma imagem; sem opções, o que ele conhece",
      options: {
        name: { name: "nome", description: "Como se chama nas descrições" },
        image: { name: "imagem", description: "Uma imagem, transparente ou em fundo liso" },
        emoji: { name: "emoji", description: "Ou um emoji deste servidor" },
        remove: { name: "esquecer", description: "Esquecer algo pelo nome" },
        members: { name: "membros", description: "Se os membros também podem ensinar (só moderadores)" },
      },
    },
  },
};
