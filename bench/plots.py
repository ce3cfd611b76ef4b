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
NO_COUNTERS = {"cpu_time", "real_time", "iterations", "threads", "repetitions", "repetition_index", "family_index",
               "per_family_instance_index", "x"}  # numbers of a run that the library or an axis adds
AXES = {  # of the sparsity benchmarks: title, axis, whether its values are spread over decades
    "rate_hz_of_1000x100": ("1,000 neurons with 100 synapses each, by firing rate", "mean rate (Hz)"),
    "rate_hz_of_1000x1000": ("1,000 neurons, all-to-all, by firing rate", "mean rate (Hz)"),
    "active_share": ("1,000 x 100, by share of neurons that spike (10 Hz)", "active share"),
    "connectivity": ("1,000 neurons at 10 Hz, by connectivity", "connectivity"),
    "tick_us": ("1,000 x 100 at 10 Hz, by length of the tick", "tick (us)"),
}


def load(rows):
    """Name -> the fastest run."""
    fastest = {}
    for row in rows:
        if row.get("run_type") == "aggregate" or row.get("error_occurred"):
            continue
        name = row.get("run_name", row["name"])
        if name not in fastest or row["cpu_time"] < fastest[name]["cpu_time"]:
            fastest[name] = row
    if not fastest:
        raise ValueError("no benchmark ran to its end" if not any(row.get("run_type") == "aggregate" for row in rows)
                         else "it holds means of repetitions, not the repetitions; "
                              "use --benchmark_display_aggregates_only, not --benchmark_report_aggregates_only")
    return fastest


def curve(runs, pattern, counter):
    """[(x, value)] of the benchmarks that match."""
    points = [(row["x"], row[counter]) for name, row in runs.items()
              if re.match(pattern, name) and counter in row and "x" in row]
    return sorted(points)


def gaps(a, b):
    """[(log x, log of a's value over b's)] where both curves have a value."""
    b = dict(b)
    return [(math.log(x), math.log(y / b[x])) for x, y in a if x in b]


def crossings(a, b):
    """Every x at which two curves over the same x meet, by straight lines on logarithmic axes."""
    met = []
    points = [(x, 0.0 if abs(g) < 1e-9 else g) for x, g in gaps(a, b)]
    for k, (x1, g1) in enumerate(points):
        if g1 == 0.0:
            met.append(math.exp(x1))
        elif k > 0 and points[k - 1][1] * g1 < 0.0:
            x0, g0 = points[k - 1]
            met.append(math.exp(x0 + (x1 - x0) * g0 / (g0 - g1)))
    return met


def marks(curves):
    """[(x or None, text)]: where the two ways cost the same; that they never do, if so."""
    if len(curves) < 2:
        return []
    met = crossings(curves["saltus"], curves["dense"])
    if met:
        return [(x, f"equal at {x:.2g}") for x in met]
    compared = gaps(curves["saltus"], curves["dense"])
    if not compared:
        return []
    return [(None, "never equal here: " + ("saltus" if compared[0][1] < 0.0 else "dense") + " is always below")]


def plot(title, x_axis, y_axis, curves, number, marked=()):
    """SVG of curves {name: [(x, y)]} on logarithmic axes. marked: [(x, text)], a line each; without x the text alone."""
    script = [f'set terminal svg size 560,380 font "sans-serif,12" name "plot{number}"', "set output",
              f'set title "{title}"', f'set xlabel "{x_axis}"', f'set ylabel "{y_axis}"', "set logscale xy",
              'set format x "%g"', 'set format y "%g"', "set grid lc rgb '#dddddd'", "set key below", "set border 3",
              "set tics nomirror"]
    for k, (x, text) in enumerate(marked):
        if x is None:
            script.append(f'set label "{text}" at graph 0.5, graph 0.04 center tc rgb "#555555"')
            continue
        script += [f"set arrow from {x:g}, graph 0 to {x:g}, graph 1 nohead dashtype 2 lc rgb '#555555'",
                   f'set label "{text}" at {x:g}, graph {0.04 + 0.06 * k:g} offset 0.5,0 tc rgb "#555555"']
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
            what = "learning on" if learning == "learning" else "learning off"
            yield plot(f"{title}, {what}", x_axis, "processor seconds per model second", curves, next(number),
                       marks(curves))


def throughput(runs, number):
    for learning in ("off", "on"):
        axis = "sparsity/rate_hz_of_1000x100/" + ("learning" if learning == "on" else "static")
        curves = {}
        for engine in ("saltus", "dense"):
            points = curve(runs, f"{axis}/{engine}/", "synaptic_events_per_second")
            if points:
                curves[engine] = points
        if curves:
            yield plot(f"Throughput by firing rate, 1,000 x 100, learning {learning}", "mean rate (Hz)",
                       "synaptic events per second", curves, next(number))


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


def counters_of(title, runs):
    """A table of benchmarks that have little in common: what each counts, or the time it took."""
    if not runs:
        return ""
    body = ""
    for name, row in runs.items():
        counted = [f"{c.replace('_', ' ')} {v:.4g}" for c, v in row.items()
                   if c not in NO_COUNTERS and isinstance(v, (int, float))]
        counted = counted or [f"{row['cpu_time']:.4g} {row['time_unit']}"]
        body += f"<tr><th>{html.escape(name)}</th><td>{html.escape(', '.join(counted))}</td></tr>\n"
    return f"<h2>{html.escape(title)}</h2>\n<table><tr><th></th><th>counters</th></tr>\n{body}</table>\n"


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
    shown = f"{scenes}|tick/|sparsity/|size/(static|learning)/"
    rest = {name: row for name, row in runs.items() if not re.match(shown, name)}
    parts.append(table("Other benchmarks, by synaptic event",
                       {n: r for n, r in rest.items() if "ns_per_synaptic_event" in r}, "", standard))
    parts.append(counters_of("Parts by themselves, and what else is measured",
                             {n: r for n, r in rest.items() if "ns_per_synaptic_event" not in r}))
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
            result = json.load(file)
        context, runs = result["context"], load(result["benchmarks"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.exit(f"plots: {source} is no result of ./dev bench that can be drawn: {error}")
    drawn = page(runs, context)  # before the old page goes
    with open(target, "w", encoding="utf-8") as file:
        file.write(drawn)


if __name__ == "__main__":
    main(sys.argv[1:])
