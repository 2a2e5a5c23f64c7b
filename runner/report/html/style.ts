/** The page's style: system fonts, light and dark, for screens and paper. Colours repeat what words say; contrast is at least 4.5 to 1. */
export const STYLE = `
:root{color-scheme:light dark;--ground:#fff;--panel:#f6f7f9;--line:#d9dde3;--text:#1b1f24;--soft:#57606a;--link:#0757b8;
--good:#116329;--good-ground:#dff5e3;--changed:#7a4b00;--changed-ground:#fdf0d0;--bad:#a40e26;--bad-ground:#fde4e4;
--unsure:#6a2fa0;--unsure-ground:#f1e6fb;--quiet:#57606a;--quiet-ground:#eceff2;--play:#3b6ea8}
@media (prefers-color-scheme:dark){:root{--ground:#14171c;--panel:#1c2027;--line:#363c46;--text:#e4e8ee;--soft:#a3acb8;--link:#7db7ff;
--good:#7ddf94;--good-ground:#15331e;--changed:#f0c061;--changed-ground:#3a2c08;--bad:#ff9a9a;--bad-ground:#47161b;
--unsure:#d3a9ff;--unsure-ground:#351f4d;--quiet:#a3acb8;--quiet-ground:#272c34;--play:#6ea3dd}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
main,footer{max-width:1180px;margin:0 auto;padding:0 20px}
footer{color:var(--soft);border-top:1px solid var(--line);margin-top:40px;font-size:13px}
h1{font-size:28px;line-height:1.2;margin:0 0 12px;overflow-wrap:anywhere}
h2{font-size:20px;margin:36px 0 12px;padding-bottom:4px;border-bottom:1px solid var(--line)}
h3{font-size:15px;margin:16px 0 8px}
h3 small,.quiet{color:var(--soft);font-weight:normal}
a{color:var(--link)}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:13px}
code{overflow-wrap:anywhere}
pre{background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:8px 12px;overflow:auto;max-height:440px;margin:8px 0}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
summary{cursor:pointer}
.skip{position:absolute;left:-9999px}.skip:focus{left:8px;top:8px;background:var(--ground);padding:8px}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.kind{margin:28px 0 0;color:var(--soft);font-size:13px}
.verdict{border-left:6px solid;padding:10px 14px;border-radius:4px;font-size:17px;margin:0 0 14px}
.verdict.good{color:var(--good);background:var(--good-ground)}
.verdict.changed{color:var(--changed);background:var(--changed-ground)}
.verdict.bad{color:var(--bad);background:var(--bad-ground)}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(230px,1fr));gap:6px 24px;margin:0 0 16px}
.facts div{min-width:0}.facts .wide{grid-column:span 2}.facts dt{color:var(--soft);font-size:12px}.facts dd{margin:0;overflow-wrap:anywhere}
.tiles{display:flex;flex-wrap:wrap;gap:10px;list-style:none;padding:0;margin:0}
.tiles li{flex:1 1 120px;border:1px solid var(--line);border-radius:8px;padding:8px 14px;background:var(--panel)}
.tiles strong{display:block;font-size:26px;line-height:1.2}
.tiles .none{color:var(--soft)}
.good{color:var(--good)}.changed{color:var(--changed)}.bad{color:var(--bad)}.unsure{color:var(--unsure)}
.badge{display:inline-block;border-radius:10px;padding:0 9px;font-size:12px;font-weight:600;white-space:nowrap}
.badge.good,.fleet .good{background:var(--good-ground);color:var(--good)}
.badge.changed,.fleet .changed{background:var(--changed-ground);color:var(--changed)}
.badge.bad,.fleet .bad{background:var(--bad-ground);color:var(--bad)}
.badge.unsure,.fleet .unsure{background:var(--unsure-ground);color:var(--unsure)}
.badge.quiet,.fleet .quiet{background:var(--quiet-ground);color:var(--quiet)}
.card{color:var(--text);border:1px solid var(--line);border-left:5px solid;border-radius:6px;padding:10px 14px;margin:0 0 12px;background:var(--ground)}
.card.bad{border-left-color:var(--bad)}.card.unsure{border-left-color:var(--unsure)}.card.changed{border-left-color:var(--changed)}
.card h3{margin:0 0 6px}.card p{margin:6px 0}
.cause{font-weight:600;white-space:pre-wrap;overflow-wrap:anywhere}
.fix{background:var(--good-ground);border-radius:4px;padding:6px 10px;color:var(--text)}
.again{font-size:13px;color:var(--soft)}
.more{display:inline}.more summary{display:inline;color:var(--link)}
.changes{border-collapse:collapse;margin:6px 0;font-size:14px}
.changes th{text-align:left;font-weight:600;padding:2px 14px 2px 0;vertical-align:top}
.changes td{padding:2px 8px 2px 0;vertical-align:top;overflow-wrap:anywhere}
.changes .from{color:var(--bad)}.changes .to{color:var(--good)}.arrow{color:var(--soft)}
.diff{padding:8px 0}
.diff span{display:block;padding:0 12px;white-space:pre;min-width:max-content}
.diff .added{background:var(--good-ground);color:var(--good)}
.diff .removed{background:var(--bad-ground);color:var(--bad)}
.diff .place{color:var(--link)}.diff .file{color:var(--soft)}
.steps{font-size:13px;color:var(--soft)}.steps ol{margin:4px 0}
.fleet{display:grid;grid-template-columns:repeat(auto-fill,minmax(165px,1fr));gap:6px;list-style:none;padding:0;margin:8px 0}
.fleet a{display:block;text-decoration:none;border-radius:6px;padding:5px 10px;overflow-wrap:anywhere;line-height:1.3}
.fleet a:hover b{text-decoration:underline}.fleet span{display:block;font-size:12px}
.timeline{font-size:13px}
.row{display:grid;grid-template-columns:minmax(110px,200px) 1fr;gap:12px;align-items:center;min-height:22px}
.row>:first-child{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.track{position:relative;height:16px;background:var(--panel);border-radius:3px}
.axis .track{background:none}.axis .track i{position:absolute;font-style:normal;color:var(--soft);font-size:12px;border-left:1px solid var(--line);padding-left:3px}
.bar{position:absolute;top:2px;bottom:2px;border-radius:2px;min-width:3px}
.bar.play{background:var(--play)}.bar.good{background:var(--good)}.bar.bad{background:var(--bad)}.bar.unsure{background:var(--unsure)}.bar.quiet{background:var(--quiet)}
.list{border-collapse:collapse;width:100%;font-size:14px}
.list th{text-align:left;color:var(--soft);font-size:12px;font-weight:600}
.list th,.list td{padding:5px 10px 5px 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
.list .number{text-align:right;white-space:nowrap;width:70px}
.meter{width:140px}.meter i{display:block;height:10px;margin-top:6px;background:var(--play);border-radius:2px;min-width:2px}
.host{border-bottom:1px solid var(--line);padding:5px 0;content-visibility:auto;contain-intrinsic-size:auto 33px}
.host>:not(summary){margin-left:18px}
.names{font-size:13px;margin:4px 0;overflow-wrap:anywhere}
.search input{font:inherit;padding:4px 8px;border:1px solid var(--soft);border-radius:5px;background:var(--ground);color:var(--text);min-width:260px}
.history{display:flex;gap:2px;height:110px;list-style:none;padding:0;margin:8px 0 4px;align-items:stretch}
.history li{flex:1 1 0;max-width:26px;min-width:3px;display:flex;flex-direction:column;position:relative}
.history i,.legend i{display:block;background:currentColor}
.legend{display:flex;justify-content:space-between;color:var(--soft);font-size:12px;margin:0}
.legend i{display:inline-block;width:10px;height:10px;border-radius:2px;margin-left:10px}
@media (max-width:640px){.facts .wide{grid-column:auto}.row{grid-template-columns:90px 1fr}.meter{display:none}.list{font-size:13px}}
@media print{.search,.skip{display:none}main{max-width:none}.card,.host{break-inside:avoid}}
`;
