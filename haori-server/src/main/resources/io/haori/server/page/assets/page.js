// Draws the pictures of a page; everything else on it works without a script.
(function () {
  "use strict";

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function draw(element) {
    const data = JSON.parse(element.dataset.chart);
    const ink = colour("--ink");
    const old = echarts.getInstanceByDom(element);
    if (old) {
      old.dispose();
    }
    const chart = echarts.init(element);
    chart.setOption({
      animation: false,
      textStyle: { color: ink },
      legend: { type: "scroll", textStyle: { color: ink } },
      grid: { left: 8, right: 16, bottom: 28, containLabel: true },
      xAxis: { type: "category", name: element.dataset.axis, nameLocation: "middle", nameGap: 24, data: data.versions.map(String), axisLabel: { color: ink } },
      yAxis: { type: "value", scale: true, axisLabel: { color: ink } },
      series: data.series.map((one) => ({ type: "line", name: one.name, data: one.scores, connectNulls: true, symbolSize: 9, label: { show: data.series.length < 4, color: ink, formatter: (point) => point.value.toFixed(3) } })),
    });
    return chart;
  }

  const elements = Array.from(document.querySelectorAll("[data-chart]"));
  if (elements.length > 0 && window.echarts) {
    let charts = elements.map(draw);
    window.addEventListener("resize", () => charts.forEach((chart) => chart.resize()));
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      charts = elements.map(draw);
    });
  }
})();
