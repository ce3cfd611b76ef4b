#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""A page of plots from the JSON of ./dev bench; the pictures are drawn by gnuplot and are part of the page.

usage: bench/plots.py RESULT.json PAGE.html
"""
import html
import json
import math
import re
import subprocess
import sys

COLOURS = {"saltus": "#0b6e99", "dense": "#c0504d"}
OTHER_COLOURS = ("#0b6e99", "#c0504d", "#6a994e", "#7b5ea7")
AXES = {  # of the sparsity benchmarks: title, axis, whether its values are spread over decades
    "rate_hz_of_1000x100": ("1,000 neurons with 100 synapses each, by firing rate", "mean rate (Hz)"),
    "rate_hz_of_1000x1000": ("1,000 neurons, all-to-all, by firing rate", "mean rate (Hz)"),
    "active_share": ("1,000 x 100, by share of neurons that spike (10 Hz)", "active share"),
    "connectivity": ("1,000 neurons at 10 Hz, by connectivity", "connectivity"),
    "tick_us": ("1,000 x 100 at 10 Hz, by length of the tick", "tick (us)"),
}


def load(path):
    """Name -> the fastest run."""
    with open(path, encoding="utf-8") as file:
        rows = json.load(file)["benchmarks"]
    fastest = {}
    for row in rows:
        if row.get("run_type") == "aggregate" or row.get("error_occurred"):
            continue
        name = row.get("run_name", row["name"])
        if name not in fastest or row["cpu_time"] < fastest[name]["cpu_time"]:
            fastest[name] = row
    return fastest


def curve(runs, pattern, counter):
    """[(x, value)] of the benchmarks that match."""
    points = [(row["x"], row[counter]) for name, row in runs.items()
              if re.match(pattern, name) and counter in row and "x" in row]
    return sorted(points)


def crossover(a, b):
    """Where two curves over the same x meet, by straight lines on logarithmic axes; None if they do not."""
    b = dict(b)
    gaps = [(math.log(x), math.log(y / b[x])) for x, y in a if x in b]
    for (x0, g0), (x1, g1) in zip(gaps, gaps[1:]):
        if g0 == 0 or g0 * g1 < 0:
            return math.exp(x0 if g0 == 0 else x0 + (x1 - x0) * g0 / (g0 - g1))
    return None


def plot(title, x_axis, y_axis, curves, number, mark=None):
    """SVG of curves {name: [(x, y)]} on logarithmic axes."""
    script = [f'set terminal svg size 560,380 font "sans-serif,12" name "plot{number}"', "set output",
              f'set title "{title}"', f'set xlabel "{x_axis}"', f'set ylabel "{y_axis}"', "set logscale xy",
              'set format x "%g"', 'set format y "%g"', "set grid lc rgb '#dddddd'", "set key below", "set border 3",
              "set tics nomirror"]
    if mark:
        script += [f"set arrow from {mark:g}, graph 0 to {mark:g}, graph 1 nohead dashtype 2 lc rgb '#555555'",
                   f'set label "equal at {mark:.2g}" at {mark:g}, graph 0.04 offset 0.5,0 tc rgb "#555555"']
    parts = []
    for k, (name, points) in enumerate(curves.items()):
        script += [f"$d{k} << EOD"] + [f"{x:g} {y:g}" for x, y in points] + ["EOD"]
        colour = COLOURS.get(name, OTHER_COLOURS[k % len(OTHER_COLOURS)])
        parts.append(f"$d{k} with linespoints lw 2 pt 7 ps 0.6 lc rgb '{colour}' title '{name}'")
    script.append("plot " + ", ".join(parts))
    drawn = subprocess.run(["gnuplot"], input="\n".join(script), capture_output=True, text=True, check=False)
    if drawn.returncode != 0 or "<svg" not in drawn.stdout:
        sys.exit(f"plots: gnuplot failed: {drawn.stderr}")
    return drawn.stdout[drawn.stdout.index("<svg"):]


def sparsity(runs, number):
    for axis, (title, x_axis) in AXES.items():
        for learning in ("static", "learning"):
            curves = {}
            for engine in ("saltus", "dense"):
                points = curve(runs, f"sparsity/{axis}/{learning}/{engine}/", "seconds_per_model_second")
                if points:
                    curves[engine] = points
            if not curves:
                continue
            mark = crossover(curves["saltus"], curves["dense"]) if len(curves) == 2 else None
            what = "learning on" if learning == "learning" else "learning off"
            yield plot(f"{title}, {what}", x_axis, "processor seconds per model second", curves, next(number), mark)


def throughput(runs, number):
    curves = {}
    for learning in ("static", "learning"):
        points = curve(runs, f"sparsity/rate_hz_of_1000x100/{learning}/saltus/", "synaptic_events_per_second")
        if points:
            curves[learning] = points
    if curves:
        yield plot("Throughput by firing rate, 1,000 x 100", "mean rate (Hz)", "synaptic events per second", curves,
                   next(number))


def sizes(runs, number):
    for counter, y_axis in (("ns_per_synaptic_event", "ns per synaptic event"),
                            ("bytes_per_synapse", "bytes per synapse"),
                            ("built_synapses_per_second", "synapses built per second")):
        curves = {}
        for kind in ("static", "learning"):
            points = curve(runs, f"size/{kind}/", counter)
            if points:
                curves[kind] = points
        if curves:
            yield plot(f"By size: {y_axis}", "neurons", y_axis, curves, next(number))


def table(title, runs, pattern, counters):
    rows = [(name, row) for name, row in runs.items() if re.match(pattern, name)]
    if not rows:
        return ""
    head = "".join(f"<th>{html.escape(c.replace('_', ' '))}</th>" for c in counters)
    body = ""
    for name, row in rows:
        cells = "".join(f"<td>{row[c]:.4g}</td>" if c in row else "<td></td>" for c in counters)
        body += f"<tr><th>{html.escape(name)}</th>{cells}</tr>\n"
    return f"<h2>{html.escape(title)}</h2>\n<table><tr><th></th>{head}</tr>\n{body}</table>\n"


def page(runs, context):
    number = iter(range(1, 1000))
    standard = ("ns_per_synaptic_event", "synaptic_events_per_second", "real_time_factor", "bytes_per_synapse")
    parts = ["<h2>What sparsity buys</h2>", "<p>The same network event-driven (saltus) and time-stepped with vectorised "
             "sweeps (dense), both in float on one thread. Below a curve is better.</p>"]
    parts += list(sparsity(runs, number)) + list(throughput(runs, number))
    parts += ["<h2>Size</h2>"] + list(sizes(runs, number))
    scenes = "(balanced|vogels_abbott|microcircuit|eprop_recurrent|recurrent_learner|fashion_mnist)/"
    parts.append(table("Networks of the literature", runs, scenes, standard + ("spikes_per_neuron_and_s", "share_awake")))
    parts.append(table("Length of the tick", runs, "tick/", ("ns_per_synaptic_event", "events_against_1ps",
                                                             "cost_against_1ps", "median_shift_ms")))
    rest = f"(?!{scenes}|tick/|sparsity/|size/)"
    parts.append(table("Other benchmarks", {n: r for n, r in runs.items() if "ns_per_synaptic_event" in r}, rest,
                       standard))
    about = html.escape(f"{context.get('date', '')}, {context.get('num_cpus', '?')} cores")
    return ("<!doctype html>\n<html lang='en'><meta charset='utf-8'><title>Saltus: benchmarks</title>\n<style>"
            "body{font-family:sans-serif;margin:2em;max-width:1200px}table{border-collapse:collapse}"
            "td,th{padding:.2em .8em;text-align:right;font-weight:normal;border-bottom:1px solid #ddd}"
            "th:first-child{text-align:left}</style>\n"
            f"<h1>Saltus: benchmarks</h1><p>{about}</p>\n" + "\n".join(parts) + "</html>\n")


def main(arguments):
    if len(arguments) != 2:
        sys.exit(__doc__)
    source, target = arguments
    try:
        with open(source, encoding="utf-8") as file:
            context = json.load(file)["context"]
        runs = load(source)
    except (OSError, ValueError, KeyError) as error:
        sys.exit(f"plots: {source} is no result of ./dev bench: {error}")
    with open(target, "w", encoding="utf-8") as file:
        file.write(page(runs, context))


if __name__ == "__main__":
    main(sys.argv[1:])
