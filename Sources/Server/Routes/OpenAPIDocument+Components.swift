// What the pages of the document are made of: parameters, answers and the shape of every body.

extension OpenAPIDocument {
  static let components = #"""
      "components": {
        "parameters": {
          "Key": {
            "name": "Idempotency-Key",
            "in": "header",
            "required": false,
            "schema": {"type": "string", "maxLength": 200, "minLength": 1, "pattern": "^[ -~]+$"},
            "description": "The same order under the same key is carried out once."
          }
        },
        "responses": {
          "Unknown": {
            "description": "No known token.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Complaint"}}}
          },
          "Forbidden": {
            "description": "The roles do not reach; or the registry does not accept the login.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Complaint"}}}
          },
          "Unready": {
            "description": "What it takes to decide could not be read. Nothing was moved.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Complaint"}}}
          },
          "Impossible": {
            "description": "The order says something impossible.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Complaint"}}}
          },
          "Missing": {
            "description": "No such tenant.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Complaint"}}}
          },
          "Refused": {
            "description": "Overtaken, pinned, tainted, on hold or stopped; rows say where it had begun.",
            "content": {
              "application/json": {
                "schema": {
                  "anyOf": [
                    {"$ref": "#/components/schemas/Answer"}, {"$ref": "#/components/schemas/Complaint"}
                  ]
                }
              }
            }
          },
          "TooLarge": {
            "description": "The body is too large.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Complaint"}}}
          },
          "Undecided": {
            "description": "No version can be settled for it, or its key belongs to another order.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Complaint"}}}
          },
          "Failed": {
            "description": "At least one tenant failed; every row is there.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Answer"}}}
          },
          "Done": {
            "description": "Done. As application/x-ndjson: a line for each tenant, then all of it.",
            "content": {
              "application/json": {"schema": {"$ref": "#/components/schemas/Answer"}},
              "application/x-ndjson": {"schema": {"type": "string"}}
            }
          }
        },
        "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        "schemas": {
          "Row": {
            "type": "object",
            "required": ["slug", "phase", "ssm_status", "verified_on_target"],
            "properties": {
              "slug": {"type": "string", "description": "The tenant."},
              "phase": {"type": "string", "description": "canary, batch-1 and so on, or pinned."},
              "ssm_status": {
                "type": "string",
                "description": "What became of it.",
                "enum": [
                  "Success", "DryRun", "Failed", "Unproven", "Refused", "Pinned", "Unknown", "NotStarted"
                ]
              },
              "ssm_exit_code": {"type": "integer", "description": "0: it was done."},
              "healthz_ok": {
                "type": "boolean",
                "description": "Whether something answered there, and well; missing when nobody looked."
              },
              "verified_on_target": {
                "type": "boolean",
                "description": "Whether the wanted image runs there and was seen serving its commit."
              },
              "running_image": {"type": "string", "description": "By digest."},
              "git_sha": {"type": "string", "description": "The commit that was seen there."},
              "fencing_token": {"type": "string", "description": "The token of the order."},
              "fenced_by": {"type": "string", "description": "The token by which it was refused."},
              "restarted": {"type": "boolean"},
              "restored": {"type": "boolean", "description": "After a failure: the old one runs."},
              "error": {"type": "string", "description": "Why, when it is not well."}
            }
          },
          "Answer": {
            "type": "object",
            "required": ["ok", "fences", "results"],
            "properties": {
              "ok": {"type": "boolean"},
              "error": {"type": "string", "description": "Why it is not ok."},
              "run": {"type": "integer"},
              "fences": {"type": "boolean", "description": "An order with an older token is refused here."},
              "stragglers": {"type": "array", "items": {"type": "string"}},
              "results": {"type": "array", "items": {"$ref": "#/components/schemas/Row"}}
            }
          },
          "Complaint": {
            "type": "object",
            "required": ["ok", "error"],
            "properties": {"ok": {"type": "boolean"}, "error": {"type": "string"}}
          },
          "Redeploy": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "target_tag": {
                "type": "string",
                "description": "The tag of a build. It is read once; from then on its digest counts.",
                "maxLength": 128
              },
              "target_digest": {
                "type": "string",
                "description": "Instead of a tag; needs git_sha.",
                "pattern": "^sha256:[0-9a-f]{64}$"
              },
              "git_sha": {
                "type": "string",
                "description": "The commit that target_digest is built from.",
                "pattern": "^[0-9a-f]{40}$"
              },
              "fencing_token": {
                "type": "string",
                "description": "generation.epoch; whoever obeyed a higher one refuses. Far ahead: admin.",
                "pattern": "^(0|[1-9][0-9]{0,17})\\.(0|[1-9][0-9]{0,17})$"
              },
              "manner": {
                "type": "string",
                "description": "Whether a tenant that runs the image already is restarted.",
                "enum": ["restart", "keep_if_running"]
              },
              "settle_seconds": {
                "type": "integer",
                "minimum": 0,
                "maximum": 86400,
                "description": "How long a tenant may take to be seen serving; 0 does not wait. Default 90."
              },
              "dry_run": {"type": "boolean", "description": "Say who would be moved, and move nobody."},
              "confirm": {"type": "boolean", "description": "Taken, and not needed for one tenant."}
            }
          },
          "RedeployFleet": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "target_tag": {
                "type": "string",
                "description": "The tag of a build. It is read once; from then on its digest counts.",
                "maxLength": 128
              },
              "target_digest": {
                "type": "string",
                "description": "Instead of a tag; needs git_sha.",
                "pattern": "^sha256:[0-9a-f]{64}$"
              },
              "git_sha": {
                "type": "string",
                "description": "The commit that target_digest is built from.",
                "pattern": "^[0-9a-f]{40}$"
              },
              "fencing_token": {
                "type": "string",
                "description": "generation.epoch; whoever obeyed a higher one refuses. Far ahead: admin.",
                "pattern": "^(0|[1-9][0-9]{0,17})\\.(0|[1-9][0-9]{0,17})$"
              },
              "manner": {
                "type": "string",
                "description": "Whether a tenant that runs the image already is restarted.",
                "enum": ["restart", "keep_if_running"]
              },
              "settle_seconds": {
                "type": "integer",
                "minimum": 0,
                "maximum": 86400,
                "description": "How long a tenant may take to be seen serving; 0 does not wait. Default 90."
              },
              "dry_run": {"type": "boolean", "description": "Say who would be moved, and move nobody."},
              "canary_slug": {
                "type": "string",
                "description": "Moved first and alone; unknown is refused, empty is none.",
                "maxLength": 63
              },
              "soak_seconds": {"type": "integer", "minimum": 0, "maximum": 86400},
              "batch_size": {"type": "integer", "minimum": 1, "maximum": 1000},
              "max_stragglers": {"type": "integer", "minimum": 0, "maximum": 1000},
              "confirm": {"type": "boolean", "description": "Has to be true where only_slugs is left out."},
              "only_slugs": {
                "type": "array",
                "minItems": 1,
                "items": {"type": "string", "maxLength": 63},
                "description": "These tenants; left out: everybody."
              }
            }
          },
          "Tenants": {
            "type": "object",
            "required": ["tenants"],
            "properties": {"tenants": {"type": "array", "items": {"type": "object"}}}
          },
          "Versions": {
            "type": "object",
            "required": ["versions"],
            "properties": {"versions": {"type": "array", "items": {"type": "object"}}}
          },
          "Runs": {
            "type": "object",
            "required": ["runs"],
            "properties": {"runs": {"type": "array", "items": {"$ref": "#/components/schemas/Run"}}}
          },
          "Run": {
            "type": "object",
            "required": ["run", "state", "results"],
            "properties": {
              "run": {"type": "integer"},
              "state": {"type": "string"},
              "results": {"type": "array", "items": {"$ref": "#/components/schemas/Row"}}
            }
          }
        }
      }
    }
    """#
}
