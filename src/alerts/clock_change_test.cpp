#include "alerts/clock_change.h"

#include <doctest/doctest.h>
