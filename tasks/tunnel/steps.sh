# has_steps: systemd has RestartSteps (254, NEWS).
has_steps() { v=$(systemctl --version) && v=${v#systemd } && [ "${v%%[!0-9]*}" -ge 254 ]; }
