"""Speed of the product against peers and goals; ``make bench``. What and why: docs/performance.md."""
