/* Stands in for the driver's two libraries, with one card, the second on the bus but CUDA's first:
   what a GPU of whom nothing is unknown tells, with NVML's own types and units. Built thrice:
   with PARTITIONED CUDA is shown a part of the card, and the card tells less; with BEFORE_VOLTA it
   has no counter of energy. */
#include <string.h>

typedef struct { void *device; unsigned long long type, data; unsigned int gpu, compute; } event;

static int card, events = 2, set;

static int text(char *to, int size, const char *text) {
  if ((int) strlen(text) >= size) return 7;
  strcpy(to, text);
  return 0;
}

int cuInit(unsigned int flags) { return flags; }
int cuDeviceGet(int *device, int number) { *device = number + 40; return number == 0 ? 0 : 101; }
int cuDeviceGetPCIBusId(char *to, int size, int device) {
  return device == 40 ? text(to, size, "0000:3b:00.0") : 101;
}
int cuDeviceGetUuid_v2(unsigned char *to, int device) {
  for (int n = 0; n < 16; n++) to[n] = n * 17;
#ifdef PARTITIONED
  to[0] = 0xab;
#endif
  return device == 40 ? 0 : 101;
}
#ifdef PARTITIONED
int cuDeviceGetName(char *to, int size, int device) { return text(to, size, "Card MIG 1g.10gb"); }
#else
int cuDeviceGetName(char *to, int size, int device) { return text(to, size, "Card"); }
#endif

int nvmlInit_v2(void) { return 0; }
int nvmlDeviceGetHandleByPciBusId_v2(const char *place, void **device) {
  *device = &card;
  return strcmp(place, "0000:3b:00.0") == 0 ? 0 : 6;
}
int nvmlDeviceGetUUID(void *device, char *to, unsigned int size) {
  return text(to, size, "GPU-00112233-4455-6677-8899-aabbccddeeff");
}
int nvmlSystemGetDriverVersion(char *to, unsigned int size) { return text(to, size, "580.95.05"); }

int nvmlDeviceGetPowerUsage(void *device, unsigned int *to) {
  *to = 312500;
  return device == &card ? 0 : 2;
}
int nvmlDeviceGetEnforcedPowerLimit(void *device, unsigned int *to) { *to = 350000; return 0; }
#ifdef BEFORE_VOLTA
int nvmlDeviceGetTotalEnergyConsumption(void *device, unsigned long long *to) { return 3; }
#else
int nvmlDeviceGetTotalEnergyConsumption(void *device, unsigned long long *to) {
  *to = 5000000000500ull;
  return 0;
}
#endif
int nvmlDeviceGetTemperature(void *device, int sensor, unsigned int *to) {
  *to = 71;
  return sensor == 0 ? 0 : 2;
}
int nvmlDeviceGetClockInfo(void *device, int kind, unsigned int *to) {
  *to = kind == 1 ? 1395 : kind == 2 ? 9501 : 0;
  return 0;
}
int nvmlDeviceGetMaxClockInfo(void *device, int kind, unsigned int *to) {
  *to = kind == 1 ? 2100 : kind == 2 ? 9751 : 0;
  return 0;
}

#ifdef PARTITIONED
int nvmlDeviceGetUtilizationRates(void *device, unsigned int *to) { return 3; }
int nvmlDeviceGetCurrentClocksThrottleReasons(void *device, unsigned long long *to) {
  *to = 0x1; /* idle */
  return 0;
}
#else
int nvmlDeviceGetUtilizationRates(void *device, unsigned int *to) { to[0] = 97; to[1] = 40; return 0; }
int nvmlDeviceGetCurrentClocksEventReasons(void *device, unsigned long long *to) {
  *to = 0x4 | 0x40;
  return 0;
}
int nvmlDeviceGetTotalEccErrors(void *device, int kind, int since, unsigned long long *to) {
  *to = kind == 0 ? 12 : 1;
  return since == 0 ? 0 : 2;
}
int nvmlEventSetCreate(void **to) { *to = &set; return 0; }
int nvmlDeviceRegisterEvents(void *device, unsigned long long kinds, void *to) {
  return kinds == 8 && to == &set ? 0 : 2;
}
int nvmlEventSetWait_v2(void *from, event *to, unsigned int millis) {
  if (events == 0 || from != &set || millis != 0) return 10;
  to->device = &card;
  to->type = 8;
  to->data = events == 2 ? 31 : 79;
  to->gpu = to->compute = 0xffffffff;
  events--;
  return 0;
}
#endif
