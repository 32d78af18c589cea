import type { LocaleTexts } from "./locale-texts.ts";

export const japanese: LocaleTexts = {
  imagine: {
    name: "描く",
    description: "言葉から絵を描きます",
    options: {
      prompt: { name: "説明", description: "描くもの" },
      negative: { name: "除外", description: "絵に入れたくないもの" },
      ar: { name: "縦横比", description: "サイズの代わりに縦横比" },
      size: { name: "サイズ", description: "幅x高さ（ピクセル）" },
      count: { name: "枚数", description: "何枚描くか" },
      seed: { name: "シード", description: "同じシードなら同じ絵" },
      steps: { name: "ステップ数", description: "ノイズ除去のステップ数" },
      guidance: { name: "忠実度", description: "説明にどれだけ従うか" },
      model: { name: "モデル", description: "描くモデル" },
      style: { name: "スタイル", description: "どのスタイルか" },
      sampler: { name: "サンプラー", description: "ステップを進めるスケジューラー" },
      strength: { name: "強さ", description: "元の絵をどれだけ変えてよいか" },
      tile: { name: "タイル", description: "継ぎ目なく繰り返せる絵" },
      private: { name: "非公開", description: "答えはあなただけに見えます" },
    },
  },
  cancel: {
    name: "中止",
    description: "依頼を一つ、またはすべて止めます",
    options: {
      job: { name: "依頼", description: "/queue にある番号、または all。なければ最新のもの" },
    },
  },
  help: {
    name: "ヘルプ",
    description: "できること",
    options: {
      command: { name: "コマンド", description: "これについて詳しく" },
    },
  },
  history: {
    name: "履歴",
    description: "完成した絵を新しい順に",
    options: {
      count: { name: "件数", description: "何件表示するか" },
    },
  },
  models: {
    name: "モデル一覧",
    description: "描けるモデルとできること",
    options: {
      model: { name: "モデル", description: "これについてすべて" },
    },
  },
  queue: {
    name: "順番待ち",
    description: "待っているものと描いているもの",
  },
  settings: {
    name: "設定",
    description: "/imagine の自分用の初期値。指定なしなら表示します",
    options: {
      model: { name: "モデル", description: "描くモデル" },
      style: { name: "スタイル", description: "どのスタイルか" },
      count: { name: "枚数", description: "何枚描くか" },
      ar: { name: "縦横比", description: "サイズの代わりに縦横比" },
      private: { name: "非公開", description: "答えはあなただけに見えます" },
      reset: { name: "リセット", description: "すべて忘れます。同時に指定したものは残ります" },
    },
  },
  show: {
    name: "表示",
    description: "依頼をもう一度表示します：絵、設定、ボタン",
    options: {
      job: { name: "依頼", description: "番号。/history か絵の下にあります" },
    },
  },
  styles: {
    name: "スタイル一覧",
    description: "描けるスタイル",
  },
};
