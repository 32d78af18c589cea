import type { LocaleTexts } from "./locale-texts.ts";

export const japanese: LocaleTexts = {
  options: {
    "max-count": { name: "最大枚数", description: "チャンネルやサーバー用：一度に描く枚数の上限" },
    "max-steps": { name: "最大ステップ", description: "チャンネルやサーバー用：ステップ数の上限" },
    "max-waiting": { name: "最大待機数", description: "チャンネルやサーバー用：一人の待機中リクエスト数の上限" },
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
    "best-of": { name: "候補数", description: "一枚ごとに描く候補の数。最も合うものを残します" },
    image: { name: "画像", description: "元にするあなたの画像" },
    sketch: { name: "下絵", description: "画像は下絵です。線は言葉のものになり、色の付いた形はそのまま残ります" },
    job: { name: "依頼", description: "またはここでの依頼の番号（/history か絵の下）" },
    picture: { name: "番号", description: "依頼の何枚目の絵か。なければ最初の絵" },
  },
  commands: {
    imagine: { name: "描く", description: "言葉から絵を描きます" },
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
      description: "完成した絵を新しい順に、またはお気に入りを",
      options: {
        which: { name: "範囲", description: "すべて、またはお気に入りにしたもの" },
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
        for: { name: "対象", description: "自分の設定、または（モデレーター用）チャンネルやサーバーの設定" },
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
      description: "モデレーター用：待っているもの、追放、削除、制限、モデル、停止",
      options: {
        action: { name: "操作", description: "何をするか" },
        person: { name: "人", description: "メンションか番号で" },
        job: { name: "依頼", description: "どの依頼か" },
        hours: { name: "時間", description: "追放の長さ、または削除の範囲" },
        reason: { name: "理由", description: "本人が読みます" },
        yes: { name: "はい", description: "本当に削除します" },
        model: { name: "モデル", description: "model-use：モデルの指定がないときに描くモデル" },
      },
    },
    blend: {
      name: "混ぜる",
      description: "二枚から五枚の絵を一枚にします",
      options: {
        jobs: { name: "依頼", description: "ここでの絵：依頼の番号。二枚目なら :2 を付けます" },
        image: { name: "画像", description: "あなたの1枚目の画像" },
        image2: { name: "画像2", description: "あなたの2枚目の画像" },
        image3: { name: "画像3", description: "あなたの3枚目の画像" },
        image4: { name: "画像4", description: "あなたの4枚目の画像" },
        image5: { name: "画像5", description: "あなたの5枚目の画像" },
        prompt: { name: "説明", description: "混ぜた絵に描くもの。なければ元の絵にあるもの" },
        weights: { name: "重み", description: "それぞれの絵の割合。順に一つずつ数字で" },
      },
    },
    describe: { name: "説明する", description: "絵に何が描かれ、どう作られたかを、分かる範囲で説明します" },
    edit: {
      name: "編集",
      description: "絵を変える：描き直す、一部を変える、広げる",
      options: {
        prompt: { name: "説明", description: "どんな絵にするか" },
        mode: { name: "方法", description: "どう変えるか。なければほかの指定に従います" },
        mask: { name: "マスク", description: "inpaint：変えてよい所が白い画像" },
        region: { name: "部分", description: "inpaint：変えてよい部分" },
        direction: { name: "方向", description: "outpaint：広げる方向" },
        zoom: { name: "ズーム", description: "outpaint：幅や高さを何倍にするか" },
      },
    },
    upscale: {
      name: "拡大",
      description: "絵を大きくします",
      options: {
        factor: { name: "倍率", description: "何倍にするか。なければ二倍" },
      },
    },
    teach: {
      name: "教える",
      description: "この場所だけのものを画像で教えます。指定なしなら知っているものの一覧",
      options: {
        name: { name: "名前", description: "説明文での呼び名" },
        image: { name: "画像", description: "透明または単色の背景の画像" },
        emoji: { name: "絵文字", description: "またはこのサーバーの絵文字" },
        remove: { name: "削除", description: "名前で忘れさせます" },
        members: { name: "メンバー", description: "メンバーも教えてよいか（モデレーターのみ）" },
      },
    },
  },
};
