// Sends a reader whose session has ended to the sign-in page, and back to the same address afterwards.
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { Refusal } from "../lib/http";
import { useMe } from "../lib/queries";

export function SessionGuard() {
  const { error } = useMe();
  const navigate = useNavigate();
  const isSignedOut = error instanceof Refusal && error.status === 401;
  useEffect(() => {
    if (!isSignedOut) return;
    const kembali = window.location.pathname + window.location.search;
    void navigate({ to: "/masuk", search: { kembali } });
  }, [isSignedOut, navigate]);
  return null;
}
