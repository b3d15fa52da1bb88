/// The look of a report page: one column on a telephone, more on a wide screen, light or dark as the
/// reader's system is.
enum ReportStyle {
  /// Charts and page share the palettes of ``ChartStyle``.
  static let sheet = """
    :root {
      --ground: #fbfbfa; --alarm: #fff4e0; --alarm-edge: #d98a00;
      \(ChartStyle.Palette.light.properties)
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --ground: #15181c; --alarm: #33280f; --alarm-edge: #e6a532;
        \(ChartStyle.Palette.dark.properties)
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
    body {
      margin: 0; background: var(--ground); color: var(--text);
      font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
    }
    main, footer { max-width: 1120px; margin: 0 auto; padding: 0 24px; }
    header { padding: 40px 0 8px; }
    h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 8px; letter-spacing: -0.01em; }
    h2 { font-size: 1.3rem; margin: 40px 0 14px; }
    h3 { font-size: 1rem; margin: 0 0 8px; }
    p { margin: 0; }
    .summary { font-size: 1.08rem; color: var(--soft); max-width: 70ch; overflow-wrap: anywhere; }
    .warning {
      background: var(--alarm); border-left: 4px solid var(--alarm-edge); border-radius: 4px;
      padding: 10px 14px; margin: 16px 0 0;
    }
    .score, figure, .table {
      background: var(--card); border: 1px solid var(--line); border-radius: 10px;
      padding: 16px 18px; margin: 0; min-width: 0;
    }
    .scores, .charts, .pictures, .tables { display: grid; gap: 16px; margin: 0; }
    .scores { grid-template-columns: repeat(auto-fill, minmax(190px, 1fr)); }
    .charts, .pictures { grid-template-columns: repeat(auto-fit, minmax(min(440px, 100%), 1fr)); }
    .tables {
      grid-template-columns: repeat(auto-fit, minmax(min(440px, 100%), 1fr)); align-items: start;
    }
    dt { color: var(--soft); font-size: 0.92rem; }
    dd { margin: 0; }
    dd strong { font-size: 1.7rem; font-weight: 650; line-height: 1.3; }
    dd strong, td { font-variant-numeric: tabular-nums; }
    .unit { color: var(--soft); }
    .explanation, figcaption { color: var(--soft); font-size: 0.9rem; }
    .explanation { margin-top: 4px; }
    figcaption { margin-top: 8px; }
    .legend {
      list-style: none; display: flex; flex-wrap: wrap; gap: 2px 18px; margin: 0 0 6px; padding: 0;
      font-size: 0.9rem;
    }
    .swatch {
      display: inline-block; width: 18px; height: 4px; border-radius: 2px; margin-right: 7px;
      vertical-align: middle; background: currentColor;
    }
    svg { display: block; width: 100%; height: auto; overflow: visible; }
    \(ChartStyle.colors(.variables))
    \(ChartStyle.shapes)
    .picture img {
      display: block; max-width: 100%; height: auto; margin: 0 auto; image-rendering: pixelated;
      border-radius: 4px;
    }
    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; width: 100%; font-size: 0.93rem; }
    th, td { text-align: left; padding: 5px 14px 5px 0; vertical-align: top; }
    td { overflow-wrap: anywhere; }
    .number { white-space: nowrap; }
    tbody th { font-weight: 500; color: var(--soft); white-space: nowrap; }
    tr + tr > *, thead + tbody tr:first-child > * { border-top: 1px solid var(--line); }
    footer { padding-top: 28px; padding-bottom: 36px; color: var(--soft); font-size: 0.88rem; }
    @media (max-width: 600px) {
      main, footer { padding-left: 14px; padding-right: 14px; }
      header { padding-top: 24px; }
      h1 { font-size: 1.55rem; }
      .score, figure, .table { padding: 13px 13px; }
      svg text { font-size: 20px; } svg .note { font-size: 17px; }
      th, td { padding-right: 10px; }
      tbody th { white-space: normal; }
    }
    """
}
