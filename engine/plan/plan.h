// Plan: everything that is decided once. For each step its kernel, where its operands lie and where its packed weights
// start; `run` only executes. A plan does not depend on the number of threads or on the batch.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/graph.h"
#include "kernels/kernel_set.h"

namespace nightjar {

// Memory that one or several values live in. A concatenation and the values it consists of share one.
struct Storage {
  int channel_blocks = 0, h = 0, w = 0;
  int block = 1, halo = 0;
  int first = 0, last = 0;   // the nodes between which it is in use
  std::int64_t offset = 0;   // floats from the start of the arena, for a batch of one
  bool in_arena = true;      // the input is not: its halo stays clean between runs

  std::ptrdiff_t row() const { return std::ptrdiff_t{w + 2 * halo} * block; }
  std::ptrdiff_t plane() const { return (h + 2 * halo) * row(); }
  std::int64_t image_floats() const;  // of one image, rounded up to whole cache lines
};

// The output of a node: a view of channel blocks of a storage.
struct Value {
  Shape shape;
  int block = 1;
  int storage = -1;
  int first_block = 0;
};

struct Candidate {
  const Kernel* kernel;
  double cycles;            // estimated, one image, one core
  double microseconds = 0;  // measured, one image, all threads; 0 where it was not
};

struct Step {
  int node = -1;
  const Kernel* kernel = nullptr;
  std::int64_t packed = 0, packed_floats = 0;  // in floats, from the start of the packed weights
  std::vector<Candidate> candidates;           // those that accept, the chosen one first
  std::vector<int> clear;                      // storages whose halos are to be zeroed before this step
};

struct Plan {
  std::string isa;
  std::vector<Value> values;      // one a node
  std::vector<Storage> storages;
  std::vector<Step> steps;        // in order; a node whose value needs no work has none
  std::int64_t arena_floats = 0;  // for a batch of one
  std::int64_t packed_floats = 0;
};

class Tuning;

struct PlanOptions {
  bool winograd = true;            // false: no kernel that computes with transformed weights
  const Tuning* tuning = nullptr;  // measured times, which go before the estimates
};

// Chooses kernels from `set` (the reference where it has none), lays out memory.
Plan make_plan(const Graph& graph, const KernelSet& set, const PlanOptions& options = {});

// The stages of make_plan, in order.
void choose_layouts(const Graph& graph, const KernelSet& set, Plan& plan);
void choose_kernels(const Graph& graph, const KernelSet& set, const PlanOptions& options, Plan& plan);
void assign_storages(const Graph& graph, Plan& plan);  // routes by addressing
void lay_out_arena(Plan& plan);
void lay_out_weights(const Graph& graph, Plan& plan);

// `values[node]` as a tensor without data: what a kernel is asked to accept.
Tensor describe(const Value& value);

}  // namespace nightjar
