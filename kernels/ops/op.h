// What an operation must say of itself, and Op, which holds any of them.
//
// An operation is a struct of plain numbers in a file of this folder. Whatever it does not say of the list at
// `Operation` does not compile where an Op is made of it. The rest of the program asks Op and never which one
// it is; who computes it (a kernel) or makes it (a layer, a pass) uses the struct itself.
#pragma once

#include <cassert>
#include <concepts>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "kernels/activation.h"
#include "kernels/ops/list.h"
#include "kernels/ops/value.h"

namespace nightjar {

enum class Role : std::uint8_t {
  data,    // a tensor that a kernel reads in each run
  weight,  // an array that goes through the kernel's pack(), once where it never changes
};

// What an operation reads or writes.
struct Operand {
  const char* name;
  Value value;
  Role role = Role::data;
  std::int64_t elements = 0;  // of it, that an image needs: what the roofline counts
  int overlays = -1;          // of an output: the input whose place it may take, value by value
  bool exact = false;         // stays in floats where a plan stores in halves
};
using Operands = std::vector<Operand>;

inline Operand data(const char* name, const Shape& shape, Type type = Type::f32) {
  return {name, {.shape = shape, .type = type}, Role::data, shape.size()};
}
inline Operand exact_data(const char* name, const Shape& shape) {
  Operand operand = data(name, shape);
  operand.exact = true;
  return operand;
}
// What there is once for all images, read as it lies: planar.
inline Operand shared(const char* name, const Shape& shape) {
  return {name, once(shape), Role::data, shape.size()};
}
inline Operand weight(const char* name, const Shape& shape, Type type = Type::f32) {
  return {name, parameter_of(shape, type), Role::weight, shape.size()};
}

// What an operation can take into its store as it stands.
struct Fuses {
  bool bias = false;        // a batch normalisation's, folded: it has none yet
  bool activation = false;  // on each value it writes
  bool residual = false;    // a tensor of its output's shape, added, and an activation after that
};

// "filters" and "size/stride" of the layer table.
struct Columns {
  std::string filters, size;
};

struct Gradient;
using Inputs = std::span<const Tensor>;
using Outputs = std::span<const Tensor>;

template <class T>
concept Operation = requires(const T& op, Inputs ins, Outputs outs) {
  { kind_of<T> } -> std::convertible_to<OpKind>;  // its line in list.h
  { op.reads() } -> std::same_as<Operands>;       // data first, weights behind
  { op.writes() } -> std::same_as<Operands>;
  { op.agrees() } -> std::same_as<bool>;                // the shape rule
  { op.flops() } -> std::convertible_to<std::int64_t>;  // 2 * multiplies of an image, as Darknet counts
  { op.words() } -> std::same_as<std::string>;          // "conv 3x3/2 + leaky"
  { op.columns() } -> std::same_as<Columns>;            // of the layer table
  { op.fuses() } -> std::same_as<Fuses>;
  { op.gradient() } -> std::same_as<std::optional<Gradient>>;  // nullopt: nothing learns through it
  { op.define(ins, outs) } -> std::same_as<void>;              // in kernels/reference
};

class Op {
 public:
  template <class T>
  requires(!std::same_as<T, Op>) && Operation<T> Op(T op)
      : table_(&table<T>),
  fields_(std::make_shared<const T>(std::move(op))) {}

  NIGHTJAR_INLINE OpKind kind() const { return table_->kind; }
  template <class T>
  NIGHTJAR_INLINE bool is() const {
    return kind() == kind_of<T>;
  }
  // Null where it is another operation.
  template <class T>
  NIGHTJAR_INLINE const T* as() const {
    return is<T>() ? static_cast<const T*>(fields_.get()) : nullptr;
  }

  Operands reads() const { return table_->reads(fields_.get()); }
  Operands writes() const { return table_->writes(fields_.get()); }
  bool agrees() const { return table_->agrees(fields_.get()); }
  std::int64_t flops() const { return table_->flops(fields_.get()); }
  std::string words() const { return table_->words(fields_.get()); }
  Columns columns() const { return table_->columns(fields_.get()); }
  std::optional<Gradient> gradient() const;
  void define(Inputs ins, Outputs outs) const { table_->define(fields_.get(), ins, outs); }

  Fuses fuses() const { return table_->fuses(fields_.get()); }
  // The same with something in its store, which fuses() must allow.
  Op with_bias() const { return table_->with_bias(fields_.get()); }
  Op with_activation(Activation a) const { return table_->with_activation(fields_.get(), a); }
  Op with_residual(Activation after) const { return table_->with_residual(fields_.get(), after); }

 private:
  struct Table {
    OpKind kind;
    Operands (*reads)(const void*);
    Operands (*writes)(const void*);
    bool (*agrees)(const void*);
    std::int64_t (*flops)(const void*);
    std::string (*words)(const void*);
    Columns (*columns)(const void*);
    Fuses (*fuses)(const void*);
    Op (*with_bias)(const void*);
    Op (*with_activation)(const void*, Activation);
    Op (*with_residual)(const void*, Activation);
    std::optional<Gradient> (*gradient)(const void*);
    void (*define)(const void*, Inputs, Outputs);
  };
  template <class T>
  static const T& fields(const void* p) {
    return *static_cast<const T*>(p);
  }
  // A copy of an operation after `change`, which tells whether the operation has such a member. (Not a
  // constraint of `change`: nvcc 13 loses it.)
  template <class T, class Change>
  static Op changed(const void* p, Change change) {
    T copy = fields<T>(p);
    [[maybe_unused]] const bool fuses = change(copy);
    assert(fuses && "fused into an operation that takes nothing");
    return copy;
  }
  template <class T>
  static const Table table;

  const Table* table_;
  std::shared_ptr<const void> fields_;
};

// The gradients of an operation's inputs, as operations on values at hand. Contributions to one input add up.
//
// What there is once for all images, a parameter, has its gradient summed over images, runs and all who read
// it: a term reads the sum so far and writes the sum with its own.
struct Gradient {
  enum class From : std::uint8_t {
    input,            // of the operation
    output,           // of the operation
    output_gradient,  // of that output
    sum,              // the gradient so far of an input that is there once
    term,             // what an earlier term of these writes first
  };
  struct Source {
    From from;
    int index = 0;
  };
  struct Term {
    Op op;
    std::vector<Source> reads;
    std::vector<int> of;  // for each value it writes, the input whose gradient that is; -1: of none
  };
  std::vector<Term> terms;
};

namespace gradients {
using From = Gradient::From;
constexpr Gradient::Source of_output{From::output_gradient, 0};
constexpr Gradient::Source input(int index) {
  return {From::input, index};
}
constexpr Gradient::Source output(int index) {
  return {From::output, index};
}
constexpr Gradient::Source sum(int of) {
  return {From::sum, of};
}
constexpr Gradient::Source term(int index) {
  return {From::term, index};
}
}  // namespace gradients

inline std::optional<Gradient> Op::gradient() const {
  return table_->gradient(fields_.get());
}

template <class T>
const Op::Table Op::table = {
    kind_of<T>,
    [](const void* p) { return fields<T>(p).reads(); },
    [](const void* p) { return fields<T>(p).writes(); },
    [](const void* p) { return fields<T>(p).agrees(); },
    [](const void* p) -> std::int64_t { return fields<T>(p).flops(); },
    [](const void* p) { return fields<T>(p).words(); },
    [](const void* p) { return fields<T>(p).columns(); },
    [](const void* p) { return fields<T>(p).fuses(); },
    [](const void* p) {
      return changed<T>(p, [](auto& op) {
        if constexpr (requires { op.fuse_bias(); }) return op.fuse_bias(), true;
        return false;
      });
    },
    [](const void* p, Activation a) {
      return changed<T>(p, [a](auto& op) {
        if constexpr (requires { op.fuse_activation(a); }) return op.fuse_activation(a), true;
        return false;
      });
    },
    [](const void* p, Activation a) {
      return changed<T>(p, [a](auto& op) {
        if constexpr (requires { op.fuse_residual(a); }) return op.fuse_residual(a), true;
        return false;
      });
    },
    [](const void* p) -> std::optional<Gradient> { return fields<T>(p).gradient(); },
    [](const void* p, Inputs ins, Outputs outs) { fields<T>(p).define(ins, outs); },
};

}  // namespace nightjar
