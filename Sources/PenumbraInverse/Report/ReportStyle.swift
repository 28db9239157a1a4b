/// The look of `report.html`: system type, one accent, light and dark by the reader's setting.
enum ReportStyle {
  static let css = """
    :root { color-scheme: light dark; --text: #1c1e21; --soft: #62686f; --line: #d9dce0; --back: #ffffff; --accent: #0b62c4; }
    @media (prefers-color-scheme: dark) {
      :root { --text: #e8eaed; --soft: #9aa1a9; --line: #3a3f45; --back: #16181b; --accent: #6cb2ff; }
    }
    body { margin: 3rem auto; max-width: 60rem; padding: 0 1.5rem; background: var(--back); color: var(--text);
      font: 16px/1.5 system-ui, sans-serif; }
    h1 { font-size: 1.6rem; margin: 0 0 .3rem; } h2 { font-size: 1.1rem; margin: 2.5rem 0 .8rem; }
    p.summary { color: var(--soft); margin: 0; }
    table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
    th { text-align: left; font-weight: 600; color: var(--soft); }
    th, td { padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
    td.number, th.number { text-align: right; padding-right: 0; padding-left: .8rem; }
    code { font: .92em ui-monospace, monospace; overflow-wrap: anywhere; }
    .view { display: grid; grid-template-columns: repeat(3, 1fr); gap: .8rem; margin-bottom: 1.6rem; }
    .view h3 { grid-column: 1 / -1; font-size: 1rem; margin: 0; } .view h3 span { color: var(--soft); font-weight: 400; }
    figure { margin: 0; } figcaption { color: var(--soft); font-size: .85rem; }
    img { width: 100%; height: auto; display: block; border-radius: 3px; }
    svg { width: 100%; height: auto; } svg text { fill: var(--soft); font-size: 12px; }
    .grid { stroke: var(--line); } .curve { fill: none; stroke: var(--accent); stroke-width: 1.6; stroke-linejoin: round; }
    """
}
