// Draws the charts of the page: each is an ECharts option in JSON beside its place. What JSON cannot
// hold is put in here: how numbers are written, and how a straight line is drawn.
(function () {
  const figures = {
    percent: v => (100 * v).toFixed(Math.abs(v) < 0.1 && v !== 0 ? 1 : 0) + ' %',
    plain: v => String(+v.toPrecision(4)),
    count: v => v.toLocaleString('en'),
    bytes: v => v < 1048576 ? +(v / 1024).toPrecision(3) + ' kB' : +(v / 1048576).toPrecision(3) + ' MB',
    seconds: v => v < 120 ? +v.toPrecision(3) + ' s' : +(v / 60).toPrecision(3) + ' min'
  };
  const drawings = {
    segment: series => (params, api) => {
      const from = api.coord([api.value(0), api.value(1)]);
      const to = api.coord([api.value(2), api.value(3)]);
      return {
        type: 'line',
        shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] },
        style: { stroke: series.itemStyle.color, lineWidth: series.lineWidth }
      };
    }
  };
  const axis = a => {
    a.axisLabel = a.axisLabel || {};
    if (a.figures) { a.axisLabel.formatter = figures[a.figures]; a.axisLabel.hideOverlap = true; }
    if (a.names) { a.axisLabel.formatter = v => Number.isInteger(v) ? a.names[v] || '' : ''; }
  };
  document.querySelectorAll('.chart').forEach(place => {
    const option = JSON.parse(place.nextElementSibling.textContent);
    [].concat(option.xAxis || [], option.yAxis || []).forEach(axis);
    option.series.forEach(s => { if (s.draw) { s.renderItem = drawings[s.draw](s); } });
    option.animation = false;
    option.textStyle = { fontFamily: 'system-ui, sans-serif' };
    // A text node: whatever a name holds, it is shown and not run.
    option.tooltip = { formatter: p => {
      const tip = document.createElement('div');
      tip.textContent = p.data && p.data.tip || p.name;
      return tip;
    } };
    const chart = echarts.init(place, null, { renderer: 'svg' });
    chart.setOption(option);
    window.addEventListener('resize', () => chart.resize());
    window.addEventListener('beforeprint', () => chart.resize());
  });
})();
