// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/api/plot/gnuplot.hpp"

namespace saltus::examples {

using api::gnuplot_preamble;
using api::PlotStatus;
using api::run_gnuplot;

} // namespace saltus::examples
