import type { LocaleTexts } from "./locale-texts.ts";

export const brazilian: LocaleTexts = {
  imagine: {
    name: "imagine",
    description: "Desenhar imagens a partir de palavras",
    options: {
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
    },
  },
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
    description: "Suas imagens prontas, as mais novas primeiro",
    options: {
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
      model: { name: "modelo", description: "Qual modelo desenha" },
      style: { name: "estilo", description: "Qual estilo" },
      count: { name: "quantidade", description: "Quantas imagens" },
      ar: { name: "proporção", description: "Proporção em vez de um tamanho" },
      private: { name: "privado", description: "Só você vê a resposta" },
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
    description: "Para moderadores: o que espera, banimentos, limpezas, interruptor",
    options: {
      action: { name: "ação", description: "O que fazer" },
      person: { name: "pessoa", description: "Quem, por menção ou número" },
      job: { name: "pedido", description: "Qual pedido" },
      hours: { name: "horas", description: "Quanto dura um banimento, ou até onde vai uma limpeza" },
      reason: { name: "motivo", description: "Por quê; a pessoa lê" },
      yes: { name: "sim", description: "Apagar mesmo" },
    },
  },
};
