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
  privacy: {
    name: "プライバシー",
    description: "あなたについて保存されているもの、その入手と削除",
    options: {
      action: { name: "操作", description: "show、export、delete のどれか" },
      yes: { name: "はい", description: "本当に削除します。元に戻せません" },
    },
  },
  report: {
    name: "報告",
    description: "ここにあるべきでない絵をモデレーターに知らせます",
    options: {
      job: { name: "依頼", description: "番号。絵の下の最後の語です" },
      reason: { name: "理由", description: "何が問題か" },
    },
  },
  verify: {
    name: "確認",
    description: "絵の出どころ：来歴情報、透かし、表示を読み取ります",
  },
  admin: {
    name: "管理",
    description: "モデレーター用：待っているもの、追放、削除、停止",
    options: {
      action: { name: "操作", description: "何をするか" },
      person: { name: "人", description: "メンションか番号で" },
      job: { name: "依頼", description: "どの依頼か" },
      hours: { name: "時間", description: "追放の長さ、または削除の範囲" },
      reason: { name: "理由", description: "本人が読みます" },
      yes: { name: "はい", description: "本当に削除します" },
    },
  },
};
