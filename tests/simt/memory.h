// Device memory, and pointers that look at every access: Global<T> to what a Buffer holds, Shared<T> to a
// block's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "tests/simt/block.h"
#include "tests/simt/buffer.h"

namespace simt {

// Throws unless the bytes lie in one Buffer.
void check_global(const void* p, std::size_t bytes, std::size_t alignment);

template <class T>
class Global {
 public:
  using Value = std::remove_const_t<T>;
  Global() = default;
  Global(T* p) : p_(p) {}
  template <class U>
  requires std::is_same_v<const U, T> Global(Global<U> other) : p_(other.raw()) {}

  // What an element is: it is checked when it is read or written.
  class Element {
   public:
    explicit Element(T* p) : p_(p) {}
    operator Value() const {
      check_global(p_, sizeof(T), sizeof(T));
      return *p_;
    }
    void operator=(Value v) const {
      block().check_waited("writes");
      check_global(p_, sizeof(T), sizeof(T));
      *p_ = v;
    }

   private:
    T* p_;
  };
  Element operator[](std::ptrdiff_t i) const { return Element(p_ + i); }
  Element operator*() const { return Element(p_); }
  Global operator+(std::ptrdiff_t i) const { return Global(p_ + i); }
  explicit operator bool() const { return p_ != nullptr; }
  T* raw() const { return p_; }
  // Bytes at p, about to be accessed together.
  void check(std::size_t bytes, bool writes) const {
    if (writes) block().check_waited("writes");
    check_global(p_, bytes, bytes < 16 ? bytes : 16);
  }

 private:
  T* p_ = nullptr;
};

// Points into the block's shared memory, at one array of it.
template <class T>
class Shared {
 public:
  using Value = std::remove_const_t<T>;
  Shared() = default;
  Shared(T* begin, T* end, T* p) : begin_(begin), end_(end), p_(p) {}
  template <class U>
  requires std::is_same_v<const U, T> Shared(Shared<U> other)
      : begin_(other.begin_), end_(other.end_), p_(other.p_) {}

  class Element {
   public:
    explicit Element(Shared at) : at_(at) {}
    operator Value() const {
      at_.check(sizeof(T), false);
      return *at_.p_;
    }
    void operator=(Value v) const {
      at_.check(sizeof(T), true);
      *at_.p_ = v;
    }

   private:
    Shared at_;
  };
  Element operator[](std::ptrdiff_t i) const { return Element(*this + i); }
  Element operator*() const { return Element(*this); }
  Shared operator+(std::ptrdiff_t i) const { return {begin_, end_, p_ + i}; }
  T* raw() const { return p_; }
  void check(std::size_t bytes, bool writes) const {
    const auto* p = reinterpret_cast<const std::byte*>(p_);
    if (p_ < begin_ || p + bytes > reinterpret_cast<const std::byte*>(end_)) {
      throw Violation("access " + std::to_string(p_ - begin_) + " of an array in shared memory of " +
                      std::to_string(end_ - begin_) + " elements");
    }
    if (reinterpret_cast<std::uintptr_t>(p_) % (bytes < 16 ? bytes : 16) != 0) {
      throw Violation("an access to shared memory is not aligned");
    }
    Block& b = block();
    const auto count = static_cast<int>(bytes);
    writes ? b.shared().write(p, count) : b.shared().read(p, count);
  }

 private:
  template <class>
  friend class Shared;
  T *begin_ = nullptr, *end_ = nullptr, *p_ = nullptr;
};

}  // namespace simt
