// How a network is to be trained, as [net] says (docs/darknet-format.md section 12.4).
#pragma once

#include <cstdint>
#include <vector>

#include "engine/passes/training.h"
#include "kernels/ops/updates/rates.h"
#include "parsers/cfg.h"

namespace nightjar {

// The rate of learning by the number of the update, from 1.
struct Schedule {
  enum class Policy : std::uint8_t { constant, step, steps, exp, poly, sig, random, sgdr };
  Policy policy = Policy::constant;
  float rate = .001f, least = 0;          // learning_rate, learning_rate_min
  int burn_in = 0, updates = 0;           // max_batches
  float power = 4, gamma = 1, scale = 1;  // of step
  int step = 1;
  std::vector<int> steps;
  std::vector<float> scales;
  int cycle = 1000, multiple = 2;  // sgdr_cycle, sgdr_mult
  unsigned seed = 0;               // of the policy random: one rate for an update, whenever it is asked for

  double rate_of(int update) const;
};

struct Recipe {
  int batch = 1, subdivisions = 1;  // sequences of an update, and the runs that they come in
  int steps = 1;                    // time_steps, the elements of a sequence that a run learns; 1: pictures
  UpdateOptions updates;            // optimiser, clipping, averages
  Schedule schedule;
  float momentum = .9f, decay = 1e-4f;
  float second = .999f, epsilon = 1e-6f;  // Adam's B2 and eps
  float average_keeps = 0;                // ema_alpha: the share of an average that an update keeps
  int average_start = 1;                  // ema_start: the update that averages start with

  int sequences_of_a_run() const { return batch / subdivisions; }
  // Pictures, or elements of sequences.
  int images_of_a_run() const { return sequences_of_a_run() * steps; }
  int images_of_an_update() const { return batch * steps; }
  // What an update needs.
  Rates rates(int update) const;
};

// Errors: malformed, with the line.
Result<Recipe> read_recipe(const Cfg& cfg);

}  // namespace nightjar
