// zita-convolver under the bench's estimator, as a program of its own.
//
// The library is under the GNU General Public License. Nothing of Anteroom is linked with it, or with this program:
// the bench starts it, gives it files and reads what it prints. It is built only where the header is installed.
//
//     zita DIRECTORY CHANNELS TAPS BLOCK PERIOD FIRST RUNS SECONDS
//
// DIRECTORY/impulse has the channels one after the other, DIRECTORY/input two channels of PERIOD samples, both raw
// floats. FIRST periods are played to fill the histories, then up to RUNS for the times, fewer (but at least 3)
// when that takes more than SECONDS. DIRECTORY/output gets the last period. Printed are: preparation in ns, bytes of
// memory that it took, runs, ns of processor time per block on all threads, and the shortest time of each block.
//
// process() waits for the helper threads: as fast as blocks come here they would be late otherwise, and then the
// output is wrong.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <unistd.h>
#include <vector>
#include <zita-convolver.h>

static double now(clockid_t clock)
{
    timespec time;
    clock_gettime(clock, &time);
    return 1e9 * time.tv_sec + time.tv_nsec;
}

static double resident()
{
    long pages = 0, all = 0;
    if (FILE *file = fopen("/proc/self/statm", "r")) {
        if (fscanf(file, "%ld %ld", &all, &pages) != 2) pages = 0;
        fclose(file);
    }
    return double(pages) * sysconf(_SC_PAGESIZE);
}

static std::vector<float> read_floats(const std::string &name, size_t count)
{
    std::vector<float> numbers(count);
    FILE *file = fopen(name.c_str(), "rb");
    if (!file || fread(numbers.data(), sizeof(float), count, file) != count) {
        fprintf(stderr, "can not read %s\n", name.c_str());
        exit(1);
    }
    fclose(file);
    return numbers;
}

static void must(int error, const char *what)
{
    if (error) {
        fprintf(stderr, "%s: error %d\n", what, error);
        exit(1);
    }
}

int main(int count, char **arguments)
{
    if (count != 9) {
        fprintf(stderr, "this is a part of a bench\n");
        return 2;
    }
    const std::string directory = arguments[1];
    const size_t channels = atoi(arguments[2]), taps = atoi(arguments[3]), block = atoi(arguments[4]);
    const size_t period = atoi(arguments[5]), first = atoi(arguments[6]), most = atoi(arguments[7]);
    const double patience = 1e9 * atof(arguments[8]);
    auto impulse = read_floats(directory + "/impulse", channels * taps);
    auto input = read_floats(directory + "/input", 2 * period);
    std::vector<float> output(2 * period);

    const double memory = resident(), begin = now(CLOCK_MONOTONIC);
    Convproc convolver;
    convolver.set_options(Convproc::OPT_LATE_CONTIN);
    must(convolver.configure(2, 2, taps, block, block, Convproc::MAXPART, 0), "configure");
    for (size_t channel = 0; channel < channels; channel++) {
        // Two channels are left and right; four go from each input to each output.
        const size_t from = channels == 4 ? channel / 2 : channel, to = channels == 4 ? channel % 2 : channel;
        must(convolver.impdata_create(from, to, 1, &impulse[channel * taps], 0, taps), "impdata_create");
    }
    must(convolver.start_process(0, SCHED_OTHER), "start_process");
    const double preparation = now(CLOCK_MONOTONIC) - begin;

    std::vector<double> shortest(period / block, 1e300);
    double cpu = 0, started = 0;
    size_t runs = 0;
    for (size_t run = 0; run < first + most; run++) {
        if (run == first) {
            cpu = now(CLOCK_PROCESS_CPUTIME_ID);
            started = now(CLOCK_MONOTONIC);
        }
        if (run >= first + 3 && now(CLOCK_MONOTONIC) - started > patience) break;
        runs += run >= first;
        for (size_t at = 0; at < period; at += block) {
            const double start = now(CLOCK_MONOTONIC);
            for (size_t side = 0; side < 2; side++)
                memcpy(convolver.inpdata(side), &input[side * period + at], block * sizeof(float));
            convolver.process(true);
            for (size_t side = 0; side < 2; side++)
                memcpy(&output[side * period + at], convolver.outdata(side), block * sizeof(float));
            const double time = now(CLOCK_MONOTONIC) - start;
            if (run >= first) shortest[at / block] = std::min(shortest[at / block], time);
        }
    }
    cpu = (now(CLOCK_PROCESS_CPUTIME_ID) - cpu) / double(runs * (period / block));
    const double bytes = resident() - memory;
    convolver.stop_process();
    convolver.cleanup();

    FILE *file = fopen((directory + "/output").c_str(), "wb");
    if (!file || fwrite(output.data(), sizeof(float), output.size(), file) != output.size()) return 1;
    fclose(file);
    printf("%.0f\n%.0f\n%zu\n%.0f\n", preparation, bytes, runs, cpu);
    for (double time : shortest) printf("%.0f\n", time);
    return 0;
}
