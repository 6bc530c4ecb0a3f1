{{- define "df.name" -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "df.labels" -}}
{{ include "df.selector" . }}
app.kubernetes.io/part-of: demofusion
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{- define "df.selector" -}}
app.kubernetes.io/name: demofusion
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "df.image" -}}
{{ .root.Values.image.registry }}/{{ .image }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end -}}

{{- define "df.pod" -}}
automountServiceAccountToken: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: { type: RuntimeDefault }
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "df.rights" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end -}}

{{- define "df.placement" -}}
{{- with .nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "df.scheme" -}}
{{ if .Values.tls.secret }}HTTPS{{ else }}HTTP{{ end }}
{{- end -}}

{{- define "df.claim" -}}
{{ .Values.models.existingClaim | default (printf "%s-models" (include "df.name" .)) }}
{{- end -}}

{{- /* GROUP=ROLE between commas, as the settings have them. */ -}}
{{- define "df.roles" -}}
{{- $roles := list -}}
{{- range $group, $role := .Values.signIn.roles -}}
{{- $name := $group | replace "%" "%25" | replace "," "%2C" -}}
{{- $roles = append $roles (printf "%s=%s" $name $role) -}}
{{- end -}}
{{- join "," $roles -}}
{{- end -}}

{{- define "df.public" -}}
{{- if .Values.signIn.publicUrl -}}
{{ .Values.signIn.publicUrl }}
{{- else if .Values.ingress.enabled -}}
https://{{ .Values.ingress.host }}
{{- end -}}
{{- end -}}

{{- define "df.coordinator.conf" -}}
demofusion {
  coordinator {
    data = "/var/lib/demofusion/farm"
    bind = "0.0.0.0:25520"
    # The address that workers join; the name must be exactly this one.
    advertise = "{{ include "df.name" . }}-coordinator-0.{{ include "df.name" . }}-coordinator:25520"
    http = "0.0.0.0:7980"
    tokens = "/etc/demofusion/secret/tokens"
    metrics = "0.0.0.0:9464"
    {{- if .Values.signIn.issuer }}
    oidc {
      issuer = {{ .Values.signIn.issuer | toJson }}
      client = {{ .Values.signIn.client | toJson }}
      {{- if .Values.signIn.secret }}
      client-secret-file = "/etc/demofusion/sign-in/client-secret"
      {{- end }}
      roles = {{ include "df.roles" . | toJson }}
      groups-claim = {{ .Values.signIn.groupsClaim | toJson }}
      user-claim = {{ .Values.signIn.userClaim | toJson }}
      scope = {{ .Values.signIn.scope | toJson }}
    }
    public-url = {{ include "df.public" . | toJson }}
    {{- end }}
  }
  {{- if .Values.tls.secret }}
  security.tls = "/etc/demofusion/tls"
  {{- else }}
  # Nodes use TLS 1.3, authenticated by the secret. The API serves plain HTTP within the cluster,
  # behind the network policy: insecure means that the ingress in front of it must provide TLS.
  security {
    secret = "/etc/demofusion/secret/farm-secret"
    insecure = true
  }
  {{- end }}
}
{{- with .Values.coordinator.settings }}
demofusion {
{{ . | trim | indent 2 }}
}
{{- end }}
{{- end -}}

{{- define "df.worker.conf" -}}
demofusion {
  worker {
    join = "{{ include "df.name" .root }}-coordinator-0.{{ include "df.name" .root }}-coordinator:25520"
    bind = "0.0.0.0:25521"
    metrics = "0.0.0.0:9464"
    device = "{{ .kind.device }}"
  }
  model = "{{ .kind.model }}"
  {{- if .root.Values.tls.secret }}
  security.tls = "/etc/demofusion/tls"
  {{- else }}
  security.secret = "/etc/demofusion/secret/farm-secret"
  {{- end }}
}
{{- with .kind.settings }}
demofusion {
{{ . | trim | indent 2 }}
}
{{- end }}
{{- end -}}
