// SPDX-License-Identifier: BSD-3-Clause
#include <iostream>
#include <saltus/saltus.hpp>

int main() { std::cout << saltus::linked_version() << '\n'; }
