"""The pages that people and crawlers read: Persian, right to left, without a line of JavaScript."""
