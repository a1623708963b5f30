"""Judges a corpus of documents by a JSON Schema and compares with the parser's verdicts.

usage: check_schema.py FOLDER, which holds schema.json and corpus.jsonl. Exits 0 when they agree, 1 when they do not,
77 when python3-jsonschema is not there.
"""
import json
import pathlib
import sys

try:
    from jsonschema import Draft202012Validator
except ImportError:
    sys.exit(77)

folder = pathlib.Path(sys.argv[1])
schema = json.loads((folder / "schema.json").read_text())
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
disagreements = 0
for number, line in enumerate((folder / "corpus.jsonl").read_text().splitlines(), start=1):
    sample = json.loads(line)
    # What only the parser can see (a quantity with an exponent out of bounds) must pass the schema.
    expected = sample["accepted"] or sample["beyond_schema"]
    if validator.is_valid(sample["document"]) == expected:
        continue
    disagreements += 1
    problems = [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(sample["document"])]
    print(f"{folder}/corpus.jsonl:{number}: {sample['what']}: parser says {sample['accepted']}, schema says {problems}: "
          f"{json.dumps(sample['document'])}")
print(f"{number} documents, {disagreements} disagreements")
sys.exit(1 if disagreements or number < 100 else 0)
