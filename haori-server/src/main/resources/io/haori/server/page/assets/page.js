// Draws the pictures of a page; everything else on it works without a script.
(function () {
  "use strict";

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function option(data, element, ink) {
    const axis = { name: element.dataset.axis, nameLocation: "middle", nameGap: 24, axisLabel: { color: ink } };
    const common = {
      animation: false,
      textStyle: { color: ink },
      grid: { left: 8, right: 16, bottom: 28, containLabel: true },
    };
    if (data.heat) {
      const values = data.heat.cells.map((cell) => Math.abs(cell[2]));
      const most = Math.max(...values, 0.001);
      const signed = data.heat.cells.some((cell) => cell[2] < 0);
      return Object.assign(common, {
        tooltip: {},
        xAxis: { type: "category", data: data.heat.columns, axisLabel: { color: ink, rotate: data.heat.columns.length > 6 ? 45 : 0 } },
        yAxis: { type: "category", data: data.heat.rows, inverse: true, axisLabel: { color: ink } },
        visualMap: { show: false, min: signed ? -most : 0, max: most, inRange: { color: signed ? ["#e09a86", "#f3f0ea", "#86b3dc"] : ["#eef3f8", "#86b3dc"] } },
        series: [{ type: "heatmap", data: data.heat.cells, label: { show: data.heat.cells.length <= 150, color: "#1a1d21" } }],
      });
    }
    if (data.curves) {
      return Object.assign(common, {
        legend: { type: "scroll", textStyle: { color: ink } },
        tooltip: { trigger: "axis" },
        xAxis: Object.assign({ type: "value", min: 0 }, axis),
        yAxis: { type: "value", scale: true, axisLabel: { color: ink } },
        series: data.curves.map((one) => ({ type: "line", name: one.name, data: one.points, showSymbol: false })),
      });
    }
    return Object.assign(common, {
      legend: { type: "scroll", textStyle: { color: ink } },
      xAxis: Object.assign({ type: "category", data: data.versions.map(String) }, axis),
      yAxis: { type: "value", scale: true, axisLabel: { color: ink } },
      series: data.series.map((one) => ({ type: "line", name: one.name, data: one.scores, connectNulls: true, symbolSize: 9, label: { show: data.series.length < 4, color: ink, formatter: (point) => point.value.toFixed(3) } })),
    });
  }

  function draw(element) {
    const old = echarts.getInstanceByDom(element);
    if (old) {
      old.dispose();
    }
    const chart = echarts.init(element);
    chart.setOption(option(JSON.parse(element.dataset.chart), element, colour("--ink")));
    return chart;
  }

  // Follows a run: how far it is now, one more point of its curve, and the page anew when it is over.
  function follow(run) {
    const source = new EventSource(run.dataset.events);
    const first = run.querySelector("[data-run=state] .state").className;
    const figure = document.querySelector("#curve .chart");
    const curve = figure ? JSON.parse(figure.dataset.chart).curves[0] : null;
    source.addEventListener("job", (event) => {
      const job = JSON.parse(event.data);
      if (first !== "state state-" + job.state) {
        source.close();
        window.location.reload();
        return;
      }
      const now = job.progress;
      if (!now) {
        return;
      }
      run.querySelector("[data-run=percent]").value = (100 * now.done) / now.total;
      run.querySelector("[data-run=detail]").textContent = now.task + ": " + now.detail;
      const left = now.secondsLeft;
      run.querySelector("[data-run=left]").textContent = left === null ? "" : Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0");
      const last = curve ? curve.points[curve.points.length - 1] : null;
      if (curve && now.value !== null && window.echarts && (!last || now.done > last[0])) {
        curve.points.push([now.done, now.value]);
        const chart = echarts.getInstanceByDom(figure);
        if (chart) {
          chart.setOption({ series: [{ data: curve.points }] });
        }
      }
    });
  }

  // A slider and the number beside it say the same.
  document.querySelectorAll("input[data-sets]").forEach((range) => {
    const number = document.getElementById(range.dataset.sets);
    range.addEventListener("input", () => {
      number.value = range.value;
    });
    number.addEventListener("input", () => {
      range.value = number.value;
    });
  });

  // A label by one press; who has no script writes it.
  document.querySelectorAll(".picks").forEach((picks) => {
    const buttons = Array.from(picks.querySelectorAll("button[data-fills]"));
    const input = document.getElementById(buttons[0].dataset.fills);
    const press = () => buttons.forEach((one) => one.setAttribute("aria-pressed", String(one.textContent === input.value)));
    buttons.forEach((one) => {
      one.addEventListener("click", () => {
        input.value = one.textContent;
        press();
      });
    });
    input.addEventListener("input", press);
    picks.hidden = false;
    press();
  });

  // A file may be dropped on the form that wants one, or pasted into it.
  document.querySelectorAll("form[data-drop]").forEach((form) => {
    const input = form.querySelector("input[type=file]");
    const take = (event, data) => {
      if (data && data.files.length > 0) {
        event.preventDefault();
        input.files = data.files;
      }
    };
    form.addEventListener("dragover", (event) => {
      if (event.dataTransfer.types.includes("Files")) {
        event.preventDefault();
      }
    });
    form.addEventListener("drop", (event) => take(event, event.dataTransfer));
    form.addEventListener("paste", (event) => take(event, event.clipboardData));
  });

  let charts = [];

  function drawAll() {
    if (window.echarts) {
      charts = Array.from(document.querySelectorAll("[data-chart]"), draw);
    }
  }

  drawAll();
  window.addEventListener("resize", () => charts.forEach((chart) => chart.resize()));
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  // A part of the page that came later may have a picture, too.
  document.addEventListener("htmx:afterSettle", drawAll);

  const run = document.querySelector("[data-events]");
  if (run) {
    follow(run);
  }
})();
