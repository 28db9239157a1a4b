/// The look of `report.html`: system type, one accent, light and dark by the reader's setting.
enum ReportStyle {
  static let css = """
    :root { color-scheme: light dark; --text: #1c1e21; --soft: #62686f; --line: #d9dce0; --back: #ffffff;
      --tint: #f3f5f8; --accent: #0b62c4; }
    @media (prefers-color-scheme: dark) {
      :root { --text: #e8eaed; --soft: #9aa1a9; --line: #3a3f45; --back: #16181b; --tint: #1f2226; --accent: #6cb2ff; }
    }
    body { margin: 3rem auto; max-width: 60rem; padding: 0 1.5rem; background: var(--back); color: var(--text);
      font: 16px/1.5 system-ui, sans-serif; }
    h1 { font-size: 1.6rem; margin: 0 0 1rem; } h2 { font-size: 1.1rem; margin: 2.5rem 0 .8rem; }
    p.summary { color: var(--soft); margin: .8rem 0; } p.warning { color: #b3541e; margin-bottom: 0; }
    .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .8rem; }
    .cards div { background: var(--tint); border-radius: 8px; padding: .8rem 1rem; }
    .cards b { display: block; font-size: 1.15rem; font-variant-numeric: tabular-nums; }
    .cards span { color: var(--soft); font-size: .85rem; }
    table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
    th { text-align: left; font-weight: 600; color: var(--soft); }
    th, td { padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
    td.number, th.number { text-align: right; padding-left: .8rem; }
    td i { color: var(--soft); font-style: normal; white-space: nowrap; }
    code { font: .92em ui-monospace, monospace; overflow-wrap: anywhere; }
    pre { font: .85rem/1.5 ui-monospace, monospace; background: var(--tint); padding: .8rem 1rem; border-radius: 8px;
      white-space: pre-wrap; }
    .bar { background: var(--accent); height: .7rem; margin-top: .45rem; border-radius: 3px; min-width: 1px; }
    .view { margin-bottom: 1.6rem; } .view h3 { font-size: 1rem; margin: 0 0 .4rem; }
    .view h3 span { color: var(--soft); font-weight: 400; }
    .view > div { display: grid; grid-template-columns: 1fr 1fr; gap: .8rem; }
    figure { margin: 0; } figcaption { color: var(--soft); font-size: .85rem; }
    img { width: 100%; height: auto; display: block; border-radius: 3px; }
    .pixels img { image-rendering: pixelated; }
    .pair { position: relative; } .pair .over { position: absolute; inset: 0; height: 100%;
      clip-path: inset(0 calc(100% - var(--split)) 0 0); }
    .pair::after { content: ""; position: absolute; top: 0; bottom: 0; left: var(--split); width: 1px; background: #fffc;
      pointer-events: none; }
    .pair input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: ew-resize; }
    .flicker-switch { position: absolute; opacity: 0; } label[for] { color: var(--accent); cursor: pointer; }
    .flicker-switch:focus-visible ~ figcaption label { outline: 2px solid var(--accent); }
    .flicker-switch:checked + .pair .over { clip-path: none; animation: flicker 1s steps(1) infinite; }
    @keyframes flicker { 0% { visibility: visible; } 50% { visibility: hidden; } }
    svg { width: 100%; height: auto; } svg text { fill: var(--soft); font-size: 12px; }
    svg.small { width: 15rem; max-width: 100%; background: var(--tint); border-radius: 4px; }
    .grid { stroke: var(--line); } .curve { fill: none; stroke: var(--accent); stroke-width: 1.6; stroke-linejoin: round; }
    .thin { fill: none; stroke-width: 1.4; stroke-linejoin: round; }
    """
}
