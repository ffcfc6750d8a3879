// The emulator itself: kernels that are wrong in one way each, and must be found out; and ones that are
// right.
#include "tests/simt/simt.h"

#include "tests/catch.h"

using namespace nightjar::cuda;

namespace {

constexpr int threads = 64;

template <class... Parameters, class... Arguments>
std::string violation(void (*kernel)(Parameters...), int shared_bytes, Arguments... arguments) {
  try {
    launch(kernel, {dim3(1), dim3(threads), shared_bytes}, nullptr, arguments...);
  } catch (const simt::Violation& v) {
    return v.what();
  }
  return "";
}

bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

int thread_number() {
  return static_cast<int>(threadIdx.x);
}

// Hands each thread its neighbour's number through shared memory.
void exchange(Global<int> out, bool barrier) {
  const Shared<int> numbers = shared_memory<int>(0, threads);
  numbers[thread_number()] = thread_number();
  if (barrier) __syncthreads();
  out[thread_number()] = numbers[(thread_number() + 1) % threads];
}

void barrier_for_some() {
  if (thread_number() < 48) __syncthreads();
}

void two_barriers() {
  if (thread_number() < 32) {
    __syncthreads();
  } else {
    __syncthreads();
  }
}

// Thread 0 comes first and reads what is there from before the barrier; then the others write.
void read_backwards(Global<int> out) {
  const Shared<int> numbers = shared_memory<int>(0, threads);
  numbers[thread_number()] = thread_number();
  out[thread_number()] = numbers[thread_number() == 0 ? 0 : thread_number() - 1];
}

void overwrite(Global<int> out, bool barrier) {
  const Shared<int> numbers = shared_memory<int>(0, threads);
  numbers[thread_number()] = thread_number();
  __syncthreads();
  out[thread_number()] = numbers[(thread_number() + 1) % threads];
  if (barrier) __syncthreads();
  numbers[thread_number()] = 0;
}

void read_at(Global<int> out, Global<const int> in, int offset) {
  out[thread_number()] = in[thread_number() + offset];
}

void shared_at(int offset) {
  shared_memory<float>(0, threads)[thread_number() + offset] = 1.f;
}

void unwritten(Global<int> out) {
  out[thread_number()] = shared_memory<int>(0, threads)[thread_number()];
}

void shuffle_for_some(Global<int> out) {
  if (thread_number() % 32 < 16) out[thread_number()] = __shfl_sync(~0u, thread_number(), 0);
}

void within_warp(Global<int> out, bool sync) {
  const Shared<int> numbers = shared_memory<int>(0, threads);
  numbers[thread_number()] = thread_number();
  if (sync) __syncwarp();
  out[thread_number()] = numbers[thread_number() ^ 1];
}

void copy_asynchronously(Global<int> out, Global<const int> in, bool wait) {
  const Shared<int> numbers = shared_memory<int>(0, threads);
  if (thread_number() < threads / 4)
    cp_async16(numbers + thread_number() * 4, in + thread_number() * 4, true);
  cp_async_commit();
  if (wait) cp_async_wait<0>();
  __syncthreads();
  out[thread_number()] = numbers[thread_number()];
}

// d = a b for a 16 x 8 tf32, b 8 x 8, each lane reading its fragments by the layout of the manual, but for
// `slip`.
void multiply_fragments(Global<float> d, Global<const float> a, Global<const float> b, int slip) {
  const int lane = thread_number() % 32, group = lane / 4, member = (lane + slip) % 4;
  if (thread_number() >= 32) return;
  const auto bits = [](float x) { return std::bit_cast<std::uint32_t>(x); };
  const std::uint32_t af[4] = {bits(a[group * 8 + member]), bits(a[(group + 8) * 8 + member]),
                               bits(a[group * 8 + member + 4]), bits(a[(group + 8) * 8 + member + 4])};
  const std::uint32_t bf[2] = {bits(b[lane % 4 * 8 + group]), bits(b[(lane % 4 + 4) * 8 + group])};
  float df[4] = {};
  mma<float>(df, af, bf);
  for (int i = 0; i < 4; ++i) d[(group + i / 2 * 8) * 8 + lane % 4 * 2 + i % 2] = df[i];
}

struct Ints {
  nightjar::testing::Buffer memory{threads * sizeof(int), 0};
  int* data() const { return static_cast<int*>(memory.data()); }
};

}  // namespace

TEST_CASE("a barrier that is not reached by all is found") {
  CHECK(contains(violation(barrier_for_some, 0), "not reached by all"));
  CHECK(contains(violation(two_barriers, 0), "not reached by all"));
}

TEST_CASE("a missing barrier is found") {
  const Ints out;
  CHECK(contains(violation(exchange, threads * 4, out.data(), false), "nothing wrote"));  // not yet
  CHECK(contains(violation(read_backwards, threads * 4, out.data()), "wrote since the last barrier"));
  CHECK(violation(exchange, threads * 4, out.data(), true).empty());
  CHECK(out.data()[3] == 4);
  CHECK(contains(violation(overwrite, threads * 4, out.data(), false), "read since the last barrier"));
  CHECK(violation(overwrite, threads * 4, out.data(), true).empty());
}

TEST_CASE("a warp's barrier orders a warp's accesses") {
  const Ints out;
  CHECK_FALSE(violation(within_warp, threads * 4, out.data(), false).empty());
  CHECK(violation(within_warp, threads * 4, out.data(), true).empty());
}

TEST_CASE("an index outside an array is found") {
  const Ints in, out;
  CHECK(violation(read_at, 0, out.data(), in.data(), 0).empty());
  CHECK(contains(violation(read_at, 0, out.data(), in.data(), 1), "bytes into a buffer of 256"));
  CHECK_FALSE(violation(read_at, 0, out.data(), in.data(), -1).empty());
  CHECK_FALSE(violation(read_at, 0, out.data(), static_cast<int*>(nullptr), 0).empty());
  CHECK(violation(shared_at, threads * 4, 0).empty());
  CHECK(contains(violation(shared_at, threads * 4, 1), "access 64 of an array"));
  CHECK(contains(violation(shared_at, threads * 2, 0), "beyond what the launch asked for"));
}

TEST_CASE("more shared memory than any launch may have has to be asked for") {
  CHECK(contains(violation(shared_at, 50 << 10, 0), "more shared memory than was asked for"));
  CHECK(allow_shared_memory(shared_at, 50 << 10) == 0);
  CHECK(violation(shared_at, 50 << 10, 0).empty());
  CHECK(contains(violation(shared_at, 51 << 10, 0), "more shared memory than was asked for"));
}

TEST_CASE("shared memory that nothing wrote is found") {
  const Ints out;
  CHECK(contains(violation(unwritten, threads * 4, out.data()), "nothing wrote"));
}

TEST_CASE("a shuffle that some lanes do not reach is found") {
  const Ints out;
  CHECK(contains(violation(shuffle_for_some, 0, out.data()), "not reached by all"));
}

TEST_CASE("an asynchronous copy lands when it is waited for") {
  const Ints in, out;
  for (int i = 0; i < threads; ++i) in.data()[i] = i;
  violation(copy_asynchronously, threads * 4, out.data(), in.data(), false);
  CHECK(out.data()[5] != 5);
  CHECK(violation(copy_asynchronously, threads * 4, out.data(), in.data(), true).empty());
  CHECK(out.data()[5] == 5);
}

TEST_CASE("a wrong fragment layout gives a wrong product") {
  const nightjar::testing::Buffer a(16 * 8 * 4), b(8 * 8 * 4), d(16 * 8 * 4);
  const auto floats = [](const nightjar::testing::Buffer& buffer) {
    return static_cast<float*>(buffer.data());
  };
  for (int i = 0; i < 128; ++i) floats(a)[i] = static_cast<float>(i % 7 - 3);
  for (int i = 0; i < 64; ++i) floats(b)[i] = static_cast<float>(i % 5 - 2);
  const auto largest_error = [&](int slip) {
    CHECK(violation(multiply_fragments, 0, floats(d), floats(a), floats(b), slip).empty());
    float largest = 0;
    for (int row = 0; row < 16; ++row)
      for (int column = 0; column < 8; ++column) {
        float sum = 0;
        for (int k = 0; k < 8; ++k) sum += floats(a)[row * 8 + k] * floats(b)[k * 8 + column];
        largest = std::max(largest, std::abs(sum - floats(d)[row * 8 + column]));
      }
    return largest;
  };
  CHECK(largest_error(0) == 0.f);
  CHECK(largest_error(1) > 1.f);
}

TEST_CASE("halves round to nearest, ties to even") {
  CHECK(half_bits(1.f) == 0x3c00);
  CHECK(half_bits(1.f + 0x1p-11f) == 0x3c00);
  CHECK(half_bits(1.f + 0x3p-11f) == 0x3c02);
  CHECK(half_bits(-0x1p-24f) == 0x8001);
  CHECK(half_bits(65519.f) == 0x7bff);
  CHECK(half_bits(65520.f) == 0x7c00);
  bool all = true;
  for (unsigned bits = 0; bits < 0x7c00; ++bits)
    all = all && half_bits(half_value(static_cast<std::uint16_t>(bits))) == bits;
  CHECK(all);
}
